import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planHomes } from '@hearth/simulator';
import { isInstalled } from '../interop/programs.ts';
import { startHearth, startMosquitto } from './broker/subjects.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { openListener } from './simulate/known.ts';
import { runJob, type FleetOutcome, type PhysicsOutcome } from './simulate/load.ts';
import { fleetFile } from './simulate/simulated.ts';

interface Effort {
  /** Devices of either side, and how often each publishes. */
  devices: number;
  periodMs: number;
  measureMs: number;
  /** Devices at our broker, at one reading each 10 s. */
  fleet: number;
  fleetMeasureMs: number;
}

const full: Effort = {
  devices: 8000,
  periodMs: 8000,
  measureMs: 20_000,
  fleet: 10_000,
  fleetMeasureMs: 60_000,
};
const quick: Effort = { devices: 500, periodMs: 1000, measureMs: 5000, fleet: 1000, fleetMeasureMs: 10_000 };
const fleetPeriodMs = 10_000;
const warmMs = 1000;
/** So many sockets beside those of the devices are open in a process. */
const otherFiles = 200;

/**
 * Simulated devices beside what people write in place of a simulator: a loop that publishes random numbers through an
 * MQTT.js client a device, at Mosquitto. Then what the physics takes of it, and a fleet at our broker, whose books and the
 * platform's have to agree.
 * @throws when Mosquitto is not installed, too few files may be open, or a device is not let in.
 */
export async function measureSimulate({ isQuick, isJson }: BenchOptions): Promise<Figure[]> {
  if (!isInstalled('/usr/sbin/mosquitto') || !isInstalled('mosquitto_passwd'))
    throw new Error('mosquitto is not installed: apt-get install mosquitto');
  const effort = isQuick ? quick : full;
  const files = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }));
  if (files < effort.fleet + otherFiles)
    throw new Error(`${effort.fleet} connections need as many open files, and ulimit -n is ${files}`);
  return [...(await measureBeside(effort)), ...(await measureFleet(effort, isJson))];
}

async function measureBeside({ devices, periodMs, measureMs }: Effort): Promise<Figure[]> {
  await using mosquitto = await startMosquitto('noDelay');
  const { port, username, password } = mosquitto.place;
  const place = { url: `mqtt://127.0.0.1:${port}`, access: { username, password } };
  const job = { ...place, devices, periodMs, warmMs, measureMs };
  const plain = await runJob<FleetOutcome>({ kind: 'plain', ...job });
  const ours = await runJob<FleetOutcome>({ kind: 'simulated', ...job });
  const physics = await runJob<PhysicsOutcome>({ kind: 'physics', devices, periodMs });
  const rateOf = ({ messages, cpuS }: FleetOutcome): number => messages / cpuS;
  const perGbOf = ({ kilobytesEach }: FleetOutcome): number => 1e6 / kilobytesEach;
  const besides = (value: number, peer: number) => ({
    value,
    peer: 'mqtt.js, random numbers',
    ratio: value / peer,
  });
  const perReadingS = ours.cpuS / ours.messages;
  return [
    { figure: 'simulate.messages', unit: '/s of one core', ...besides(rateOf(ours), rateOf(plain)) },
    { figure: 'simulate.devicesPerGb', unit: '/GB', ...besides(perGbOf(ours), perGbOf(plain)) },
    {
      figure: 'simulate.physicsShare',
      value: (100 * physics.cpuSPerReading) / (perReadingS - physics.cpuSPerReading),
      unit: '% of the publishing',
      bar: 10,
    },
    { figure: 'simulate.physics', value: physics.cpuSPerReading * 1e6, unit: 'µs a reading' },
  ];
}

async function measureFleet({ fleet, fleetMeasureMs }: Effort, isJson: boolean): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-simulate-'));
  try {
    await using broker = await startHearth([], {
      HEARTH_MQTT_CONNECTIONS_MAX: String(Math.ceil(fleet * 1.4)),
    });
    await using listener = await openListener(broker);
    const ids = planHomes(fleetFile(fleetPeriodMs), fleet).flatMap(({ devices }) =>
      devices.map(({ id }) => id),
    );
    const file = join(folder, 'credentials.json');
    writeFileSync(file, JSON.stringify({ credentials: await listener.makeKnown(ids) }), { mode: 0o600 });
    const { messages, cpuS, kilobytesEach, made, acknowledged, lost, waiting } = await runJob<FleetOutcome>({
      kind: 'simulated',
      url: `mqtt://127.0.0.1:${broker.place.port}`,
      access: { file },
      devices: fleet,
      periodMs: fleetPeriodMs,
      warmMs,
      measureMs: fleetMeasureMs,
    });
    if (!isJson)
      console.log(
        `${fleet} devices: ${made} readings made, ${acknowledged} acknowledged, ${listener.heard} heard`,
      );
    return [
      { figure: 'simulate.fleet.devices', value: fleet, unit: 'connections of one process' },
      { figure: 'simulate.fleet.readings', value: (1000 * messages) / fleetMeasureMs, unit: '/s' },
      {
        figure: 'simulate.fleet.lost',
        value: lost + waiting + made - listener.heard,
        unit: 'readings',
        bar: 0,
      },
      { figure: 'simulate.fleet.cpu', value: (100_000 * cpuS) / fleetMeasureMs, unit: '% of one core' },
      { figure: 'simulate.fleet.memory', value: kilobytesEach, unit: 'kB a device' },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
