import { expect, test } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { watchHomes } from './watched.ts';

const devices = 8 * depth.stormHomes;
const fleet = `
start: 2026-01-15T10:00:00Z
period: 1m
homes:
  - id: flat
    count: ${depth.stormHomes}
    outside: false
    rooms:
      - { id: hall, devices: [thermostat, heater, sensor] }
      - { id: living, devices: [thermostat, heater, sensor] }
      - { id: bath, devices: [thermostat, heater] }
`;

test(
  `the broker dies with ${devices} devices: exactly one alert, then one that it is over`,
  { timeout: 600_000 },
  async () => {
    await using watched = await watchHomes(fleet);
    expect(watched.simulation.devices).toBe(devices);
    await watched.pass(3);
    expect(watched.told).toEqual([]);
    await watched.stopBroker();
    await watched.pass(3);
    expect(watched.told).toEqual(['fired broker-away broker']);
    await watched.startBroker();
    await watched.pass(8);
    expect(watched.told).toEqual(['fired broker-away broker', 'resolved broker-away broker']);
    expect((await watched.alerts()).open).toEqual([]);

    // The certificate was looked at in the meantime, at the broker's own door; it is good for 90 days.
    watched.setClock(Date.now() + 80 * 86_400_000 - watched.nowAt());
    await expect
      .poll(() => watched.told, { timeout: 60_000 })
      .toContain('fired certificate-ending certificate');
  },
);
