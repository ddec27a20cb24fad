import { expect, test } from 'vitest';
import { packArrivals, unpackArrivals } from './packing.ts';

test('what a newer Hearth says of an arrival is refused, and not taken for something else', () => {
  const arrival = {
    device: 'hall',
    key: null,
    at: 1,
    receivedAt: 1,
    isLate: true,
    values: { temperature: 20.5 },
  };
  const packed = packArrivals([arrival]);
  const seen: boolean[] = [];
  unpackArrivals(packed, ({ isLate }) => void seen.push(isLate));
  expect(seen).toEqual([true]);
  // Behind the two names and the count of arrivals.
  const flags = 1 + 1 + 'hall'.length + 1 + 'temperature'.length + 1;
  expect(packed[flags]).toBe(2);
  packed[flags] = 4;
  expect(() => unpackArrivals(packed, () => undefined)).toThrow(
    'flags 4 of an arrival are not known to this Hearth',
  );
});
