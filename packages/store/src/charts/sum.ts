const micro = 1e6;
const microLimit = 2 ** 53;

/**
 * Adds up decimals without an error of rounding: those that are whole millionths are added as integers. So a sum
 * is the same whichever way its readings are grouped, and a rollup equals the sum of what it was made of.
 */
export class ExactSum {
  #micros = 0;
  #rest = 0;

  add(value: number): void {
    const whole = Math.round(value * micro);
    if (whole / micro === value && Math.abs(this.#micros + whole) < microLimit) this.#micros += whole;
    else this.#rest += value;
  }

  get value(): number {
    return this.#micros / micro + this.#rest;
  }

  reset(): void {
    this.#micros = 0;
    this.#rest = 0;
  }
}
