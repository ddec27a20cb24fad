import type { LiveEventName } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { createWhereabouts } from '../accounts/sight.ts';
import { createLiveFilters } from './live-filter.ts';

function aHome(rooms: Record<string, string | null>) {
  const devices = new Map(Object.entries(rooms).map(([id, roomId]) => [id, { roomId }]));
  const filterFor = createLiveFilters({
    whereabouts: createWhereabouts(devices),
    deviceIds: () => [...devices.keys()],
    openAlerts: () => 1,
  });
  const filter = filterFor({ role: 'viewer', rooms: ['kitchen'] });
  return {
    devices,
    filterFor,
    /** What comes through, as event and data. */
    send: (event: LiveEventName, data: object, through = filter) => {
      const sent = through({ id: 's-1', event, data: JSON.stringify(data) });
      return sent && [sent.event, JSON.parse(sent.data) as unknown];
    },
  };
}

describe('a live stream of somebody who is kept to the kitchen', () => {
  it('has the readings and commands of the kitchen, and no others', () => {
    const { send } = aHome({ stove: 'kitchen', shower: 'bath', pump: null });
    for (const event of ['reading', 'command'] as const) {
      expect(send(event, { deviceId: 'stove' })).toEqual([event, { deviceId: 'stove' }]);
      for (const deviceId of ['shower', 'pump', 'no-such']) expect(send(event, { deviceId })).toBeNull();
    }
  });

  it('says that a device is gone when it moves to another room, once', () => {
    const { devices, send } = aHome({ stove: 'kitchen', shower: 'bath' });
    devices.set('stove', { roomId: 'bath' });
    const moved = { id: 'stove', roomId: 'bath' };
    expect(send('device', moved)).toEqual(['removed', { deviceIds: ['stove'] }]);
    expect(send('device', moved)).toBeNull();
    expect(send('reading', { deviceId: 'stove' })).toBeNull();
    devices.set('shower', { roomId: 'kitchen' });
    expect(send('device', { id: 'shower', roomId: 'kitchen' })).not.toBeNull();
    expect(send('removed', { deviceIds: ['shower', 'stove'] })).toEqual([
      'removed',
      { deviceIds: ['shower'] },
    ]);
  });

  it('does not replay what a device said in the kitchen that is in the bath now', () => {
    const { send } = aHome({ stove: 'bath' });
    expect(send('device', { id: 'stove', roomId: 'kitchen' })).toBeNull();
  });

  it('counts only the alerts that are seen, and has nothing of the platform’s work', () => {
    const { send } = aHome({});
    expect(send('alert', { open: 7 })).toEqual(['alert', { open: 1 }]);
    for (const event of ['transfer', 'check', 'probe', 'channels'] as const)
      expect(send(event, {})).toBeNull();
    for (const event of ['hello', 'reset', 'heartbeat', 'rooms'] as const)
      expect(send(event, {})).not.toBeNull();
  });
});

it('a member who sees all rooms has everything but the platform’s work, an owner all', () => {
  const { filterFor, send } = aHome({ pump: null });
  const member = filterFor({ role: 'member', rooms: null });
  const owner = filterFor({ role: 'owner', rooms: null });
  expect(send('reading', { deviceId: 'pump' }, member)).not.toBeNull();
  expect(send('alert', { open: 7 }, member)).toEqual(['alert', { open: 7 }]);
  expect(send('transfer', {}, member)).toBeNull();
  expect(send('transfer', {}, owner)).not.toBeNull();
});
