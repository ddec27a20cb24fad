import type { About, DeviceCredential, SetValues, Values } from '@hearth/contract';
import { createRandom, quantise, type Random } from '@hearth/heat';
import { createLog, type Log } from '@hearth/part';
import { describe } from './appliances.ts';
import { systemClock, type Clock } from './clock.ts';
import { VirtualDevice } from './device.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { openSpools } from './spool.ts';

export interface FleetOptions {
  brokerUrl: string;
  /** Authority (PEM) of an `mqtts:` broker; the public ones if not set. */
  ca?: string;
  home: string;
  credentials: readonly Pick<DeviceCredential, 'id' | 'secret'>[];
  /** Time between two readings of a device. */
  periodMs: number;
  keepaliveS: number;
  seed: number;
  /** A thermostat also takes commands. `sensor` if not set. */
  kind?: 'sensor' | 'thermostat';
  /** Room that the device at this index says it is in. */
  roomOf?: (index: number) => string;
  /** Also keeps the ledger there, for a process that is killed. */
  ledgerFile?: string;
  clock?: Clock;
  log?: Log;
}

/** Many plain devices for load and faults, each with its own connection, buffer and books. */
export interface Fleet extends AsyncDisposable {
  readonly devices: readonly VirtualDevice[];
  readonly ledger: Ledger;
  /** No new readings from now on; what waits for a receipt is still sent. */
  pause(): void;
  resume(): void;
}

/** Starts the devices. They measure from the start and buffer while there is no broker; nothing is kept on disk. */
export function startFleet(options: FleetOptions): Fleet {
  const { credentials, periodMs, clock = systemClock } = options;
  const ledger = createLedger(options.ledgerFile);
  const spools = openSpools(null);
  const members = credentials.map((credential, i) => {
    const body = createBody(options, credential.id, i);
    const device = new VirtualDevice({
      ...body,
      credential: { ...credential, home: options.home, brokerUrl: options.brokerUrl },
      ca: options.ca,
      boot: 1,
      saveBoot: () => {},
      spool: spools.of(credential.id),
      keepaliveS: options.keepaliveS,
      clock,
      random: createRandom(options.seed, `${credential.id}/link`),
      log: options.log ?? createLog('fleet', 'silent'),
      ledger,
    });
    return {
      device,
      measure: () => body.measure(),
      dueAt: clock.now() + (periodMs * i) / credentials.length,
    };
  });
  let isPaused = false;
  const stop = clock.every(Math.max(5, Math.min(100, periodMs / 10)), () => {
    const now = clock.now();
    for (const member of members) {
      if (!isPaused && now >= member.dueAt) {
        member.dueAt = Math.max(member.dueAt + periodMs, now);
        member.device.record(member.measure());
      }
      member.device.tick();
    }
  });
  return {
    devices: members.map(({ device }) => device),
    ledger,
    pause: () => void (isPaused = true),
    resume: () => void (isPaused = false),
    async [Symbol.asyncDispose]() {
      stop();
      await Promise.all(members.map(({ device }) => device[Symbol.asyncDispose]()));
      spools[Symbol.dispose]();
    },
  };
}

const setpointLimits = { min: 5, max: 30, step: 0.5 };

/** What is inside a device of a fleet: a temperature that wanders slowly, and a thermostat's dial. */
function createBody(
  { kind = 'sensor', seed, periodMs, roomOf, clock = systemClock }: FleetOptions,
  id: string,
  i: number,
) {
  const random: Random = createRandom(seed, id);
  let temperature = 18 + 4 * random();
  let humidity = 40 + 20 * random();
  let dial: { setpoint: number; mode: NonNullable<SetValues['mode']> } = { setpoint: 20, mode: 'heat' };
  const isThermostat = kind === 'thermostat';
  const { min, max, step } = setpointLimits;
  const about: About = {
    contract: 1,
    maker: 'Hearth',
    model: `Virtual ${kind}`,
    kind,
    firmware: '1.0.0',
    simulated: true,
    ...(roomOf ? { room: roomOf(i) } : {}),
    quantities: describe(
      {
        temperature: {},
        humidity: {},
        ...(isThermostat ? { setpoint: { min, max, resolution: step }, mode: {}, heating: {} } : {}),
      },
      periodMs,
    ),
    commands: isThermostat
      ? { get: true, set: { setpoint: setpointLimits, mode: ['off', 'heat', 'auto'] } }
      : { get: true },
  };
  return {
    about,
    measure() {
      temperature = Math.min(26, Math.max(14, temperature + 0.04 * (random() - 0.5)));
      humidity = Math.min(70, Math.max(30, humidity + 0.2 * (random() - 0.5)));
      const values: Values = { temperature: quantise(temperature, 0.01), humidity: quantise(humidity, 0.1) };
      if (isThermostat)
        Object.assign(values, { ...dial, heating: dial.mode !== 'off' && temperature < dial.setpoint });
      return { at: clock.now(), values };
    },
    set(values: SetValues) {
      dial = { ...dial, ...values };
      dial.setpoint = quantise(dial.setpoint, step);
    },
  };
}
