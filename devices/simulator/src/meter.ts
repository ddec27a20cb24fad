/** What went over all wires of a simulation, in numbers. */
export class Meter {
  /** Publishes that were written, and those of them whose PUBACK came. */
  sent = 0;
  acknowledged = 0;
  /** Messages that came to the devices. */
  received = 0;
  /** Publishes whose connection ended before their PUBACK; the readings among them are sent again. */
  broken = 0;
  /** Connections that are up, and that are being made or wait for their turn to be. */
  up = 0;
  opening = 0;
  refused = 0;
  readonly latency = new Histogram();

  /** Publishes on their way. */
  get inFlight(): number {
    return this.sent - this.acknowledged - this.broken;
  }
}

/** Steps of the histogram for each doubling: 9 % apart. */
const perOctave = 8;
const leastMs = 0.01;

/** Durations by size, in as little memory for a million as for one. */
export class Histogram {
  readonly #counts = new Uint32Array(256);
  #total = 0;

  /** @param ms 0.01 to 40,000,000; less and more count as these. */
  add(ms: number): void {
    const step = Math.floor(Math.log2(Math.max(ms, leastMs) / leastMs) * perOctave);
    this.#counts[Math.min(255, step)]! += 1;
    this.#total += 1;
  }

  /** The duration in ms below which a share of them lies, 5 % off at most; NaN when there are none. */
  percentile(share: number): number {
    if (this.#total === 0) return Number.NaN;
    let left = Math.max(1, Math.ceil(this.#total * share));
    const step = this.#counts.findIndex((count) => (left -= count) <= 0);
    return leastMs * 2 ** ((step + 0.5) / perOctave);
  }
}
