import { join } from 'node:path';
import { createLog } from '@hearth/part';
import { parseSimulation, planHomes, startSimulation, type Simulation, type Speed } from '@hearth/simulator';
import { Platform } from './platform.ts';

/** A flat of two rooms that begins on a winter morning. */
export const flatYaml = `
start: 2026-01-15T05:55:00Z
period: 2s
homes:
  - rooms:
      - { id: kitchen, devices: [thermostat, heater, sensor] }
      - { id: living, floorM2: 24, presence: [{ from: 0, people: 2 }] }
    walls: [{ between: [kitchen, living], wPerK: 20 }]
`;

/** The ids of its devices. */
export const flatIds = planHomes(parseSimulation(flatYaml)).flatMap(({ devices }) =>
  devices.map(({ id }) => id),
);

/** A broker that knows the devices of the flat. */
export const flatPlatform = (): Promise<Platform> => Platform.start(flatIds);

/** Starts the flat at a platform; `more` is put on top of its file. */
export function startFlat(
  platform: Platform,
  options: { speed?: Speed; seed?: number; yaml?: string; isTls?: boolean } = {},
): Promise<Simulation> {
  const file = parseSimulation(options.yaml ?? flatYaml);
  const devices = platform.credentials.map(({ id, secret }) => ({ id, secret }));
  const { mqttsUrl } = platform.broker.address;
  const caFile = join(platform.dir, 'broker/certificates/ca.crt');
  return startSimulation({
    file: {
      ...file,
      broker: options.isTls ? { url: mqttsUrl, caFile } : { url: platform.credentials[0]!.brokerUrl },
      access: { home: 'home', devices },
      seed: options.seed ?? file.seed,
    },
    speed: options.speed ?? 1,
    log: createLog('test', 'silent'),
  });
}
