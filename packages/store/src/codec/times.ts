import { ByteReader, ByteWriter, DamagedBytesError } from './bytes.ts';

/**
 * A column of instants. Devices report in a rhythm with jitter, so an instant is kept as the number of beats
 * that were left out before it (mostly 0) and its distance from the beat, not from its neighbour, which would
 * carry the jitter twice:
 *
 *   count, unit, first / unit, beat, then all left-out beats, then all distances
 *
 * all in `unit`s, the greatest of 1000, 100, 10 and 1 ms that every instant is a multiple of. The beat follows the
 * instants by a sixteenth of their distance, at most by one unit, and jumps to an instant whose neighbour was as
 * far off: a device that began anew.
 */
export function encodeTimes(times: Float64Array): Uint8Array {
  const out = new ByteWriter(times.length * 2 + 32);
  out.varint(times.length);
  if (times.length === 0) return out.view();
  const unit = unitOf(times);
  const first = times[0]! / unit;
  const beat = beatOf(times) / unit;
  out.varint(unit);
  out.varint(first);
  out.varint(beat);
  const distances = new Float64Array(times.length - 1);
  const follow = new Beat(first, beat);
  for (let i = 1; i < times.length; i++) {
    const time = times[i]! / unit;
    const beats = Math.max(1, Math.round((time - follow.phase) / beat));
    out.varint(beats - 1);
    const distance = time - follow.expect(beats);
    distances[i - 1] = distance;
    follow.hear(distance);
  }
  out.zigzags(distances);
  return out.view();
}

/** The inverse of {@link encodeTimes}. @throws {DamagedBytesError} */
export function decodeTimes(bytes: Uint8Array): Float64Array<ArrayBuffer> {
  const reader = new ByteReader(bytes);
  const count = reader.varint();
  if (count > bytes.length)
    throw new DamagedBytesError(`${count} instants do not fit into ${bytes.length} B`);
  const times = new Float64Array(count);
  if (count === 0) return times;
  const unit = reader.varint();
  const first = reader.varint();
  const beat = reader.varint();
  times[0] = first * unit;
  const leftOut = new Float64Array(count);
  for (let i = 1; i < count; i++) leftOut[i] = reader.varint();
  const distances = new Float64Array(count - 1);
  reader.zigzags(distances);
  const follow = new Beat(first, beat);
  for (let i = 1; i < count; i++) {
    const expected = follow.expect(leftOut[i]! + 1);
    times[i] = (expected + distances[i - 1]!) * unit;
    follow.hear(distances[i - 1]!);
  }
  return times;
}

/** The beat as coder and decoder follow it alike. Phases are multiples of 1/16, so doubles hold them exactly. */
class Beat {
  /** Of the newest beat, in units. */
  phase: number;
  readonly #beat: number;
  readonly #far: number;
  #before = 0;
  #expected: number;

  constructor(first: number, beat: number) {
    this.phase = first;
    this.#beat = beat;
    this.#far = Math.max(2, Math.floor(beat / 50));
    this.#expected = first;
  }

  /** Where an instant is expected after so many beats. */
  expect(beats: number): number {
    this.phase += beats * this.#beat;
    this.#expected = Math.round(this.phase);
    return this.#expected;
  }

  /** Follows an instant at this distance from where it was expected. */
  hear(distance: number): void {
    const isJump = Math.abs(distance) > this.#far && Math.abs(distance - this.#before) <= this.#far / 2;
    if (isJump) this.phase = this.#expected + distance;
    else this.phase += Math.max(-16, Math.min(16, distance)) / 16;
    this.#before = isJump ? 0 : distance;
  }
}

/** The greatest of 1000, 100, 10 and 1 ms that all instants are multiples of. */
function unitOf(times: Float64Array): number {
  let unit = 1000;
  for (let i = 0; i < times.length && unit > 1; i++) while (times[i]! % unit !== 0) unit /= 10;
  return unit;
}

/** The rhythm, in whole ms: the mean of the steps that are close to a multiple of their median. */
function beatOf(times: Float64Array): number {
  const median = medianStep(times);
  let span = 0;
  let beats = 0;
  for (let i = 1; i < times.length; i++) {
    const step = times[i]! - times[i - 1]!;
    const count = Math.round(step / median);
    if (count === 0 || count > 8 || Math.abs(step - count * median) > median / 4) continue;
    span += step;
    beats += count;
  }
  const unit = unitOf(times);
  return Math.max(unit, Math.round((beats === 0 ? median : span / beats) / unit) * unit);
}

/** The median distance of neighbours, from some hundreds of them; a second for one instant alone. */
function medianStep(times: Float64Array): number {
  const stride = Math.max(1, Math.floor(times.length / 512));
  const steps: number[] = [];
  for (let i = 1; i < times.length; i += stride) steps.push(times[i]! - times[i - 1]!);
  steps.sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? 1000;
}
