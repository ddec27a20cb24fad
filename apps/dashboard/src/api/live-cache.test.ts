import type { Command, Device } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { applyChanges, noteChanges, withChangesMeanwhile } from './live-cache.ts';

const at = 1_795_363_200_000;
const device = (id: string): Device => ({
  id,
  name: id,
  roomId: 'hall',
  source: 'contract',
  role: 'device',
  about: null,
  ask: 'contract',
  isOnline: true,
  onlineSince: at,
  offlineSince: null,
  lastMessageAt: at,
  latest: {
    temperature: { value: 20, at, receivedAt: at, isLate: false },
    setpoint: { value: 21, at, receivedAt: at, isLate: false },
  },
  command: null,
  counts: { duplicates: 0, missing: 0, awaited: 0, rejected: 0 },
});
const command = (state: Command['state'], requestedAt = at): Command => ({
  id: `c-${requestedAt}`,
  deviceId: 'hall-a',
  setpoint: 22,
  state,
  requestedAt,
  requestedBy: 'Ada',
  settledAt: state === 'confirmed' ? requestedAt + 500 : null,
});
const warmer = { value: 20.4, at: at + 1000, receivedAt: at + 1010, isLate: false };

describe('applying live changes', () => {
  it('patches the values that came and leaves other devices the same objects', () => {
    const before = [device('hall-a'), device('hall-b')];
    const { devices } = applyChanges(before, [
      {
        event: 'reading',
        data: { deviceId: 'hall-a', latest: { temperature: warmer }, lastMessageAt: at + 1010 },
      },
    ]);
    expect(devices[0]?.latest.temperature).toEqual(warmer);
    expect(devices[0]?.latest.setpoint).toBe(before[0]?.latest.setpoint);
    expect(devices[0]?.lastMessageAt).toBe(at + 1010);
    expect(devices[1]).toBe(before[1]);
  });

  it('adds, replaces and removes devices', () => {
    const renamed = { ...device('hall-a'), name: 'Hall' };
    const { devices } = applyChanges(
      [device('hall-a'), device('hall-b')],
      [
        { event: 'device', data: renamed },
        { event: 'device', data: device('hall-c') },
        { event: 'removed', data: { deviceIds: ['hall-b'] } },
      ],
    );
    expect(devices.map(({ name }) => name)).toEqual(['Hall', 'hall-c']);
  });

  it('says when a reading came of a device it does not know', () => {
    const data = { deviceId: 'new-one', latest: {}, lastMessageAt: at };
    expect(applyChanges([], [{ event: 'reading', data }])).toEqual({ devices: [], hasUnknown: true });
  });

  it('never takes a settled command back, nor an older one', () => {
    const changes = [command('confirmed'), command('waiting'), command('unconfirmed', at - 5000)];
    const { devices } = applyChanges(
      [device('hall-a')],
      changes.map((data) => ({ event: 'command' as const, data })),
    );
    expect(devices[0]?.command?.state).toBe('confirmed');
  });
});

describe('fetching the devices while the stream goes on', () => {
  it('keeps a reading that came after the server had made its answer', async () => {
    const fetched = withChangesMeanwhile(async () => {
      noteChanges([
        {
          event: 'reading',
          data: { deviceId: 'hall-a', latest: { temperature: warmer }, lastMessageAt: at + 1010 },
        },
      ]);
      return [device('hall-a')];
    });
    expect((await fetched)[0]?.latest.temperature).toEqual(warmer);
  });
});
