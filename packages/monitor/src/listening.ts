/**
 * A moment by what we could hear: all in ms. Ages are differences of `listenedMs`, so that an outage of ours
 * is in none of them.
 */
export interface Moment {
  /** How long we had listened by then, over all our starts. */
  listenedMs: number;
  /** How long we had not. */
  awayMs: number;
  /** Which stretch of listening it lies in; each start and each new connection to the broker begins one. */
  stretch: number;
  /** Since that stretch began. */
  intoStretchMs: number;
}

/** Tells listening from being away; `atMs` is of a clock that is never set. */
export interface Listening {
  turn(isListening: boolean, atMs: number): void;
  isOn(): boolean;
  at(atMs: number): Moment;
}

const beginning: Moment = { listenedMs: 0, awayMs: 0, stretch: 0, intoStretchMs: 0 };

/** Goes on from where an earlier process stopped, `goneMs` ago; it does not listen yet. */
export function createListening(atMs: number, before: Moment = beginning, goneMs = 0): Listening {
  let base: Moment = { ...before, awayMs: before.awayMs + goneMs };
  let sinceMs = atMs;
  let isListening = false;
  const at = (nowMs: number): Moment => {
    const passedMs = Math.max(0, nowMs - sinceMs);
    return isListening
      ? { ...base, listenedMs: base.listenedMs + passedMs, intoStretchMs: passedMs }
      : { ...base, awayMs: base.awayMs + passedMs };
  };
  const turn = (isOn: boolean, nowMs: number): void => {
    if (isListening === isOn) return;
    base = { ...at(nowMs), intoStretchMs: 0 };
    if (isOn) base.stretch++;
    sinceMs = nowMs;
    isListening = isOn;
  };
  return {
    turn,
    isOn: () => isListening,
    at,
  };
}
