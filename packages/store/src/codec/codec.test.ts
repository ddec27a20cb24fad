import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter, DamagedBytesError } from './bytes.ts';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import { decodeTimes, encodeTimes } from './times.ts';
import { absent, decodeValues, encodeValues } from './values.ts';

const safe = fc.integer({ min: -(2 ** 51), max: 2 ** 51 });

test('integers of either sign come back, one by one and many at once', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(safe, fc.integer({ min: -300, max: 300 }))), (numbers) => {
      const out = new ByteWriter(1);
      for (const number of numbers) out.zigzag(number);
      out.zigzags(Float64Array.from(numbers));
      const reader = new ByteReader(out.take());
      const back = new Float64Array(numbers.length);
      expect(numbers.map(() => reader.zigzag())).toEqual(numbers.map((number) => number + 0));
      reader.zigzags(back);
      expect(Array.from(back)).toEqual(numbers.map((number) => number + 0));
      expect(reader.position).toBe(reader.end);
    }),
  );
});

/** A device's beat with jitter, gaps and new beginnings, or no rhythm at all. */
const instants = fc
  .tuple(
    fc.integer({ min: 0, max: 4_000_000_000_000 }),
    fc.constantFrom(1, 10, 100, 1000),
    fc.constantFrom(1, 1000, 9973, 10_000, 300_000),
    fc.array(
      fc.tuple(
        fc.oneof(
          { weight: 9, arbitrary: fc.constant(1) },
          { weight: 1, arbitrary: fc.integer({ min: 1, max: 1e6 }) },
        ),
        fc.integer({ min: -40, max: 400 }),
      ),
      { maxLength: 300 },
    ),
  )
  .map(([first, unit, beat, steps]) => {
    let beats = 0;
    const all = steps.map(([count, jitter]) => first + (beats += count) * beat + jitter);
    const kept = new Set([first, ...all].map((at) => Math.round(Math.max(0, at) / unit) * unit));
    return Float64Array.from(kept).sort();
  });

test('any instants come back as they were', () => {
  fc.assert(
    fc.property(instants, (times) => {
      expect(decodeTimes(openEnvelope(sealEnvelope(encodeTimes(times))))).toEqual(times);
    }),
    { numRuns: 1000 },
  );
});

const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -5000, max: 5000 }).map((tenths) => tenths / 10) },
  { weight: 3, arbitrary: fc.integer({ min: -1e9, max: 1e9 }).map((thousandths) => thousandths / 1000) },
  { weight: 2, arbitrary: fc.constantFrom(NaN, absent) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0) },
);

test('any values come back to the last bit, with nulls and absent ones', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 400 }), (values) => {
      const column = Float64Array.from(values);
      expect(decodeValues(openEnvelope(sealEnvelope(encodeValues(column))))).toEqual(column);
    }),
    { numRuns: 1000 },
  );
});

test('a day of a thermostat with jitter takes less than a quarter of a byte a reading, and its stamps less than one', () => {
  let seed = 7;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const noise = () => random() + random() + random() + random() - 2;
  const times = Float64Array.from(
    { length: 8640 },
    (_, i) => 1_795_363_200_000 + i * 10_000 + Math.round(noise() * 20),
  );
  const values = Float64Array.from(
    { length: 8640 },
    (_, i) => Math.round((20 + Math.sin(i / 400) + noise() * 0.05) * 10) / 10,
  );
  expect(sealEnvelope(encodeValues(values)).length / 8640).toBeLessThan(0.25);
  expect(sealEnvelope(encodeTimes(times)).length / 8640).toBeLessThan(1);
});

test('one value that fits no scale of a sensor costs its own bytes and not those of its neighbours', () => {
  const plain = Float64Array.from({ length: 1000 }, (_, i) => 20 + (i % 7) / 10);
  const odd = Float64Array.from(plain).fill(20.123_456_789, 500, 501);
  const lengthOf = (column: Float64Array) => sealEnvelope(encodeValues(column)).length;
  expect(lengthOf(odd) - lengthOf(plain)).toBeLessThan(24);
});

test('a flipped bit anywhere in an envelope is seen', () => {
  const envelope = sealEnvelope(encodeValues(Float64Array.from({ length: 50 }, (_, i) => i / 10)));
  for (let bit = 0; bit < envelope.length * 8; bit++) {
    const damaged = Buffer.from(envelope);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => openEnvelope(damaged)).toThrow(DamagedBytesError);
  }
});

test('bytes that are no column are an error, and neither hang nor fill memory', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(decodeTimes, decodeValues),
      (bytes, decode) => {
        try {
          expect(decode(bytes).length).toBeLessThan(1 << 24);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedBytesError);
        }
      },
    ),
    { numRuns: 5000 },
  );
});
