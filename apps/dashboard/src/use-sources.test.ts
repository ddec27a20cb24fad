import type { Room } from '@hearth/contract';
import { expect, it } from 'vitest';
import type { RoomView } from './room-view.ts';
import { createKeeper } from './use-sources.ts';

const began = 1_795_363_200_000;
const room: Room = {
  id: 'hall',
  name: 'Hall',
  temperatureFrom: 'hall-t',
  setpointFrom: null,
  heatingFrom: [],
  deviceIds: ['hall-t'],
};
function viewAt(ms: number, celsius = 20, deviceId = 'hall-t'): RoomView {
  const at = began + ms;
  const latest = { value: celsius, at, receivedAt: at, isLate: false };
  return {
    room,
    devices: [],
    temperature: { deviceId, latest, freshness: null, isOnline: true },
    setpoint: null,
    humidity: null,
    heaters: [],
    control: null,
    asked: null,
    isSimulated: false,
  };
}

it('gathers the live values of a curve: each second at first, then as seldom as the range wants', () => {
  const keep = createKeeper();
  for (let s = 0; s < 60; s++) for (const ms of [0, 400]) keep(viewAt(s * 1000 + ms), 10_000);
  const { recent } = keep(viewAt(60_000), 10_000);
  expect(recent.slice(0, 10).map(({ at }) => at - began)).toEqual([...Array(10).keys()].map((s) => s * 1000));
  expect(recent.length).toBeGreaterThanOrEqual(15);
  expect(recent.length).toBeLessThan(20);
});

it('keeps the same object between, and begins anew with another source or range', () => {
  const keep = createKeeper();
  const first = keep(viewAt(0), 10_000);
  expect(keep(viewAt(300), 10_000)).toBe(first);
  expect(keep(viewAt(2000), 10_000).recent).toHaveLength(2);
  expect(keep(viewAt(4000, 21, 'other'), 10_000).recent).toHaveLength(1);
  expect(keep(viewAt(6000, 21, 'other'), 60_000).recent).toHaveLength(1);
});
