/** What a traced process did, in order. Paths are absolute; `port` is the other end's, of a TCP connection. */
export type TraceEvent =
  | { kind: 'write'; path: string; at: number; data: Buffer }
  | { kind: 'truncate'; path: string; size: number }
  | { kind: 'create' | 'unlink' | 'sync'; path: string }
  | { kind: 'say'; port: number; data: Buffer };

/** The system calls that {@link readTrace} understands. */
export const tracedCalls = 'openat,unlink,pwrite64,write,writev,sendmsg,fsync,fdatasync,ftruncate';

const lastPattern = / +<unfinished \.\.\.>$/;
const resumedPattern = /^<\.\.\. (\w+) resumed>/;
const stringPattern = /"((?:\\x[0-9a-f]{2})*)"/g;
/** A file descriptor and what strace says that it is. */
const fdPattern = /^\w+\(\d+<(TCP.*?\]|[^>]*)>/;

const fromHex = (text: string): Buffer => Buffer.from(text.replaceAll(String.raw`\x`, ''), 'hex');
const pathOf = (text: string): string => fromHex(text).toString();

/**
 * Reads what `strace -f -yy -xx` wrote. A write counts from its beginning, and a sync only when it has returned: so
 * what is said to a client between the two was said too early.
 */
export function readTrace(text: string): TraceEvent[] {
  const events: (TraceEvent | null)[] = [];
  const begun = new Map<string, { call: string; slot: number }>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    const thread = line.slice(0, space);
    let call = line.slice(space).trimStart();
    if (lastPattern.test(call)) {
      begun.set(thread, { call: call.replace(lastPattern, ''), slot: events.length });
      events.push(null);
      continue;
    }
    let slot: number | undefined;
    if (resumedPattern.test(call)) {
      const start = begun.get(thread);
      begun.delete(thread);
      if (!start) continue;
      slot = start.slot;
      // What follows the call is aligned with the lines above.
      call = start.call + call.replace(resumedPattern, '').replace(/\) += /, ') = ');
    }
    const event = readCall(call);
    if (!event) continue;
    if (slot !== undefined && (event.kind === 'write' || event.kind === 'say')) events[slot] = event;
    else events.push(event);
  }
  // Killed in the middle: what was begun may have happened.
  for (const { call, slot } of begun.values()) {
    const event = readCall(`${call}) = 0`);
    if (event?.kind === 'write' || event?.kind === 'say') events[slot] = event;
  }
  return events.filter((event) => event !== null);
}

function readCall(call: string): TraceEvent | null {
  const name = call.slice(0, call.indexOf('('));
  const end = call.lastIndexOf(') = ');
  if (end < 0 || call.startsWith('-1', end + 4) || call.startsWith('?', end + 4)) return null;
  if (name === 'unlink') return { kind: 'unlink', path: pathOf(stringsIn(call)[0]!) };
  if (name === 'openat')
    return call.includes('O_CREAT') ? { kind: 'create', path: pathOf(stringsIn(call)[0]!) } : null;
  const what = fdPattern.exec(call)?.[1];
  if (what === undefined) return null;
  if (what.startsWith('TCP')) {
    if (!['write', 'writev', 'sendmsg'].includes(name)) return null;
    const data = Buffer.concat(stringsIn(call).map(fromHex));
    return { kind: 'say', port: Number(/:(\d+)\]+$/.exec(what)?.[1]), data };
  }
  if (!what.startsWith(String.raw`\x2f`)) return null;
  const path = pathOf(what);
  const lastNumber = Number(/(\d+)$/.exec(call.slice(0, end))?.[1]);
  if (name === 'fsync' || name === 'fdatasync') return { kind: 'sync', path };
  if (name === 'ftruncate') return { kind: 'truncate', path, size: lastNumber };
  if (name === 'pwrite64') return { kind: 'write', path, at: lastNumber, data: fromHex(stringsIn(call)[0]!) };
  return null;
}

const stringsIn = (call: string): string[] => [...call.matchAll(stringPattern)].map(([, text]) => text!);
