/** Numbers `first` to `last` of one boot that came, and the times of these two readings. */
export interface SpanOfBoot {
  first: number;
  last: number;
  firstAt: number;
  lastAt: number;
}

/** Which numbered readings of one boot came, as spans in order that neither overlap nor touch. */
export class Spans {
  readonly list: SpanOfBoot[];
  /** Numbers that were noted here, and how many of them are kept elsewhere by now. */
  taken = 0;
  kept = 0;

  constructor(list: SpanOfBoot[] = []) {
    this.list = list;
  }

  /** Whether a number came before. */
  has(seq: number): boolean {
    const left = this.list[this.#before(seq)];
    return left !== undefined && left.last >= seq;
  }

  /** Notes a number that was measured at `at`; false when it came before. */
  take(seq: number, at: number): boolean {
    const place = this.#before(seq);
    const left = this.list[place];
    const right = this.list[place + 1];
    if (left && left.last >= seq) return false;
    this.taken++;
    if (left && left.last === seq - 1) {
      left.last = seq;
      left.lastAt = at;
      if (right?.first === seq + 1) {
        left.last = right.last;
        left.lastAt = right.lastAt;
        this.list.splice(place + 1, 1);
      }
    } else if (right?.first === seq + 1) {
      right.first = seq;
      right.firstAt = at;
    } else this.list.splice(place + 1, 0, { first: seq, last: seq, firstAt: at, lastAt: at });
    return true;
  }

  /** As they are now. */
  copy(): Spans {
    const copy = new Spans(this.list.map((span) => ({ ...span })));
    copy.taken = this.taken;
    return copy;
  }

  /** The place of the last span that begins at or before `seq`; −1 where there is none. */
  #before(seq: number): number {
    let low = 0;
    let high = this.list.length;
    if (high > 0 && this.list[high - 1]!.first <= seq) return high - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.list[middle]!.first <= seq) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
