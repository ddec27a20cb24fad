import type { Socket } from 'node:net';

/**
 * Which of ten segments are lost, and after how long they come again. TCP hides a loss: what follows is held up until the
 * timer of the sender runs out, which is 200 ms at least as systems are set, and twice that when the second try is lost too.
 * @see RFC 6298 section 5
 */
const lostOfTen: Readonly<Record<number, number>> = { 3: 200, 8: 400 };

/** What goes over a connection, held up as by lost packets while `isLossy` says so. */
export interface Segments {
  /** Sends in order. What is held up comes in two pieces: the first was not lost. */
  write(bytes: Buffer): void;
}

/** @param onData gets what comes, in order */
export function openSegments(
  socket: Socket,
  isLossy: () => boolean,
  onData: (bytes: Buffer) => void,
): Segments {
  let count = 0;
  const heldMs = (): number => (isLossy() ? (lostOfTen[count++ % 10] ?? 0) : 0);
  /** Null while nothing is held up. */
  let waiting: Buffer[] | null = null;

  function write(bytes: Buffer): void {
    if (waiting) {
      waiting.push(bytes);
      return;
    }
    const ms = heldMs();
    const whole = ms === 0 ? bytes.length : Math.ceil(bytes.length / 2);
    socket.write(bytes.subarray(0, whole));
    if (ms === 0) return;
    waiting = [bytes.subarray(whole)];
    setTimeout(release, ms);
  }

  function release(): void {
    const held = waiting ?? [];
    waiting = null;
    if (socket.writable && held.length > 0) socket.write(Buffer.concat(held));
  }

  socket.on('data', (bytes: Buffer) => {
    const ms = heldMs();
    if (ms > 0) {
      socket.pause();
      setTimeout(() => socket.resume(), ms);
    }
    onData(bytes);
  });
  return { write };
}
