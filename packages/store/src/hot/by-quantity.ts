/**
 * What a device has of each of its quantities, in the order in which they came. A device names them in the same order in
 * each of its messages: the place there is nearly always the place here, and no name has to be looked up.
 */
export class ByQuantity<T> {
  readonly #quantities: string[] = [];
  readonly #things: T[] = [];

  get size(): number {
    return this.#things.length;
  }

  /** @param likely its place, which is looked at first */
  get(quantity: string, likely = 0): T | undefined {
    return this.#things[this.#placeOf(quantity, likely)];
  }

  set(quantity: string, thing: T): void {
    const known = this.#placeOf(quantity, 0);
    const place = known < 0 ? this.#quantities.push(quantity) - 1 : known;
    this.#things[place] = thing;
  }

  /** The same with other things. */
  map<U>(make: (thing: T) => U): ByQuantity<U> {
    const mapped = new ByQuantity<U>();
    for (const [quantity, thing] of this) mapped.set(quantity, make(thing));
    return mapped;
  }

  #placeOf(quantity: string, likely: number): number {
    return this.#quantities[likely] === quantity ? likely : this.#quantities.indexOf(quantity);
  }

  *[Symbol.iterator](): Generator<[quantity: string, thing: T]> {
    for (const [place, quantity] of this.#quantities.entries()) yield [quantity, this.#things[place]!];
  }
}
