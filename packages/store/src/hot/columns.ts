import { absent } from '../codec/values.ts';
import { ByQuantity } from './by-quantity.ts';
import { giveCells, takeCells } from './cells.ts';

/** Instants in order, and a column of values for each quantity: NaN is null, `absent` is no reading. */
export interface Columns {
  times: Float64Array;
  values: ReadonlyMap<string, Float64Array>;
}

const capacityAtFirst = 64;

/** What one device reported and is not sealed yet, in order of time however it came. */
export class HotColumns {
  #times = takeCells(capacityAtFirst);
  readonly #values = new ByQuantity<{ cells: Float64Array<ArrayBuffer> }>();
  /** Instants. */
  count = 0;
  /** The first place that was put to since {@link mark}. */
  #lowest = Infinity;

  /** Cells, which is what memory is measured by. */
  get cells(): number {
    return this.count * (this.#values.size + 1);
  }

  /** The place of an instant, which is made where it is missing. */
  row(at: number): number {
    const times = this.#times;
    if (this.count === 0 || times[this.count - 1]! < at) return this.#insert(this.count, at);
    const place = lowerBound(times, at, this.count);
    this.#lowest = Math.min(this.#lowest, place);
    return times[place] === at ? place : this.#insert(place, at);
  }

  /** From now on it is known whether what is there now is changed: see {@link isAsMarked}. */
  mark(): void {
    this.#lowest = Infinity;
  }

  /** Whether the first `count` instants, which were all when it was marked, and what is at them are as they were then. */
  isAsMarked(count: number): boolean {
    return this.#lowest >= count;
  }

  /** What is behind the first `count` instants, as columns of their own; these are good for nothing any more. */
  behind(count: number): HotColumns {
    const rest = new HotColumns();
    for (let place = count; place < this.count; place++) {
      const row = rest.row(this.#times[place]!);
      for (const [quantity, { cells }] of this.#values)
        if (cells[place] !== absent) rest.put(quantity, row, cells[place]!);
    }
    giveCells(this.#times);
    for (const [, { cells }] of this.#values) giveCells(cells);
    return rest;
  }

  /** Puts a value into a row; a second one corrects the first. @param likely the place of the quantity among those here */
  put(quantity: string, row: number, value: number, likely = 0): void {
    let column = this.#values.get(quantity, likely);
    if (!column) {
      column = { cells: takeCells(this.#times.length).fill(absent) };
      this.#values.set(quantity, column);
    }
    column.cells[row] = value;
  }

  /** What is at an instant of a series: `absent` where nothing is. */
  at(quantity: string, at: number): number {
    const place = lowerBound(this.#times, at, this.count);
    return place < this.count && this.#times[place] === at
      ? (this.#values.get(quantity)?.cells[place] ?? absent)
      : absent;
  }

  /** All of it, as views: good until something is put. */
  columns(): Columns {
    const values = new Map<string, Float64Array>();
    for (const [quantity, { cells }] of this.#values) values.set(quantity, cells.subarray(0, this.count));
    return { times: this.#times.subarray(0, this.count), values };
  }

  #insert(place: number, at: number): number {
    if (this.count === this.#times.length) this.#grow();
    // Beyond the last instant every column is absent already.
    if (place < this.count) this.#shift(place);
    this.#times[place] = at;
    this.count++;
    return place;
  }

  #shift(place: number): void {
    this.#times.copyWithin(place + 1, place, this.count);
    for (const [, { cells }] of this.#values) {
      cells.copyWithin(place + 1, place, this.count);
      cells[place] = absent;
    }
  }

  #grow(): void {
    const grown = (column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const larger = takeCells(column.length * 2).fill(absent, column.length);
      larger.set(column);
      giveCells(column);
      return larger;
    };
    this.#times = grown(this.#times);
    for (const [, column] of this.#values) column.cells = grown(column.cells);
  }
}

/** The first place in `times`, of which `count` are in order, whose instant is not before `at`. */
export function lowerBound(times: Float64Array, at: number, count = times.length): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
