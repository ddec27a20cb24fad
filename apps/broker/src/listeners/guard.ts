import type { Duplex } from 'node:stream';
import type { InFlight } from './in-flight.ts';
import { createIntake, type Grant, type IntakeOptions, type Stage } from './intake.ts';
import { createThrottle, type Read } from './throttle.ts';

export interface GuardOptions extends IntakeOptions {
  /** A good CONNECT has come: gives the connection to aedes. */
  onConnect: () => InFlight;
  /** null until the client has been let in and has its CONNACK. */
  grant: () => Grant | null;
}

/**
 * Stands between a connection and aedes, which reads by `conn.read(null)` and knows no limit of size or time: only
 * whole packets that obey the standard get through, and no more than the client's rate allows. What breaks a rule
 * closes the connection; what is too fast waits, and its sender too, since nothing more is read. A stranger costs
 * little: aedes hears of it with its CONNECT. Behind CONNECT nothing is read before CONNACK is out; aedes would put
 * it into a short queue, and give up when that is full. [MQTT-3.1.4-5]
 */
export function guard(conn: Duplex, options: GuardOptions): void {
  const read = conn.read.bind(conn) as Read;
  const stage: Stage = { inFlight: null, grant: null };
  const throttle = createThrottle(conn, read);
  const intake = createIntake(conn, stage, throttle, options);
  let connect: Buffer | null = null;

  /** Waits for CONNECT, before aedes is there. */
  const early = (): void => {
    connect ??= intake.next();
    if (!connect) return;
    conn.off('readable', early);
    stage.inFlight = options.onConnect();
    conn.emit('readable');
  };
  conn.on('readable', early);
  conn.on('error', () => {});
  conn.once('end', () => !stage.inFlight && conn.destroy());
  conn.read = (size?: number): Buffer | null => {
    if (intake.isClosed || throttle.isOn) return null;
    if (connect) {
      if (size === 0) return null;
      const first = connect;
      connect = null;
      return first;
    }
    if (stage.inFlight && !(stage.grant ??= options.grant())) return null;
    if (size === 0) return intake.isReady ? null : read(0);
    return stage.inFlight?.isFull ? null : intake.next();
  };
  conn.once('close', () => {
    intake.end();
    throttle.end();
  });
}
