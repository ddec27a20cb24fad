import { join } from 'node:path';
import type { About, SetValues, Values } from '@hearth/contract';
import { createRandom, createWeather, quantise, type Weather } from '@hearth/heat';
import { appliancesOf, type Appliance } from './appliances.ts';
import { after, systemClock, type Clock } from './clock.ts';
import { VirtualDevice } from './device.ts';
import { playDeadTime, playHistory } from './history.ts';
import { advanceHouse, houseAt, isStateOf, sensedC, stepMs, type HouseState } from './house.ts';
import type { HomeOptions } from './home-options.ts';
import type { Login } from './link.ts';
import { openMemory, type MemoryFile } from './memory.ts';
import type { Measured } from './requests.ts';
import { openSpools, type Spool, type Spools } from './spool.ts';
import { setThermostat } from './thermostat.ts';
import type { RoomTrouble } from './trouble.ts';

/** A device, what it is, and the room that it is in or whose thermostat it obeys; null outdoors. */
export interface Member {
  device: VirtualDevice;
  kind: About['kind'];
  roomId: string | null;
}

/** A running home. */
export interface VirtualHome extends AsyncDisposable {
  readonly devices: readonly VirtualDevice[];
  readonly members: readonly Member[];
  /** The physics at the last full step. */
  readonly state: HouseState;
  /** What a thermometer in a room shows now, without noise, °C. */
  shownC(roomId: string, where: 'thermostat' | 'sensor'): number;
  /** From now on this is wrong in a room; null: nothing. */
  disturb(roomId: string, trouble: RoomTrouble | null): void;
  /** No new readings from now on; what waits is still sent. */
  pause(): void;
}

/** One device of the house and when it reports next. */
interface Occupant {
  device: VirtualDevice;
  appliance: Appliance;
  spool: Spool;
  dueAt: number;
  /** What it last showed of what changes in steps: a change is reported at once. */
  shown: string;
}

const saveEveryMs = 30_000;
/** A device that is paused still looks after what waits for its receipt. */
const pausedTickMs = 1000;
/** The home's one interval: it steps the physics and lets each device report at its own moment. */
const tickMaxMs = 500;

/** Starts a house's devices, each on its own connection. They measure and buffer while there is no broker. */
export function startHome(options: HomeOptions): VirtualHome {
  return new Home(options);
}

class Home implements VirtualHome {
  readonly #options: HomeOptions;
  readonly #clock: Clock;
  readonly #weather: Weather;
  readonly #memory: MemoryFile;
  readonly #spools: Spools;
  readonly #occupants: Occupant[];
  #stopTicking: () => void;
  #state: HouseState;
  #savedAt: number;

  constructor(options: HomeOptions) {
    const { dir, log, seed, periodMs } = options;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#weather = createWeather(options.house.climate, seed);
    this.#memory = openMemory(dir && join(dir, 'state.json'), (error) =>
      log.warn({ error }, 'the state of the demo home cannot be read and begins anew'),
    );
    this.#spools = openSpools(dir && join(dir, 'buffer.jsonl'));
    const appliances = appliancesOf(options.house, periodMs, seed).flatMap((appliance) => {
      const credential = options.credentials.find(({ id }) => id === appliance.id);
      return credential ? [{ appliance, credential }] : [];
    });
    const { boots } = this.#memory.memory;
    for (const { credential } of appliances) boots[credential.id] = (boots[credential.id] ?? 0) + 1;
    this.#memory.save();

    const now = this.#clock.now();
    this.#occupants = appliances.map(({ appliance, credential }, i) => ({
      appliance,
      device: this.#connect(appliance, credential),
      spool: this.#spools.of(credential.id),
      dueAt: options.isCoarse ? now : now + (periodMs * i) / appliances.length,
      shown: '',
    }));
    this.#state = this.#playPast(now);
    for (const occupant of this.#occupants) occupant.shown = stepwise(this.#read(occupant.appliance, now));
    this.#savedAt = 0;
    this.#save(now);
    const tickMs = options.isCoarse ? periodMs : Math.min(tickMaxMs, periodMs / 2);
    const tick = (): void => this.#tick();
    this.#stopTicking = after(this.#clock, options.phaseMs ?? 0, () => {
      this.#stopTicking = this.#clock.every(tickMs, tick);
    });
  }

  get devices(): readonly VirtualDevice[] {
    return this.#occupants.map(({ device }) => device);
  }

  get members(): readonly Member[] {
    return this.#occupants.map(({ device, appliance: { about, roomId } }) => {
      return { device, kind: about.kind, roomId };
    });
  }

  get state(): HouseState {
    return this.#state;
  }

  shownC(roomId: string, where: 'thermostat' | 'sensor'): number {
    const room = this.#options.house.rooms.find(({ id }) => id === roomId);
    if (!room) throw new Error(`there is no room ${roomId}`);
    const now = this.#clock.now();
    this.#advance(now);
    return quantise(sensedC(room, this.#state, now, where), room.sensor.resolutionK);
  }

  disturb(roomId: string, trouble: RoomTrouble | null): void {
    this.#advance(this.#clock.now());
    const { [roomId]: _, ...others } = this.#state.troubles ?? {};
    this.#state = { ...this.#state, troubles: trouble ? { ...others, [roomId]: trouble } : others };
  }

  pause(): void {
    this.#stopTicking();
    this.#stopTicking = this.#clock.every(pausedTickMs, () => {
      for (const { device } of this.#occupants) device.tick();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopTicking();
    this.#save(this.#clock.now());
    await Promise.all(this.devices.map((device) => device[Symbol.asyncDispose]()));
    this.#spools[Symbol.dispose]();
  }

  #connect(appliance: Appliance, credential: Login): VirtualDevice {
    const { boots } = this.#memory.memory;
    const { ca, seed, keepaliveS, log, ledger, gate, meter, isWithoutReceipts, onRefused } = this.#options;
    return new VirtualDevice({
      credential,
      ca,
      about: appliance.about,
      boot: boots[credential.id]!,
      saveBoot: (boot) => {
        boots[credential.id] = boot;
        this.#memory.save();
      },
      measure: () => this.#measure(appliance),
      set: (values) => this.#set(appliance, values),
      spool: this.#spools.of(credential.id),
      keepaliveS,
      clock: this.#clock,
      random: createRandom(seed, credential.id),
      log,
      ledger,
      gate,
      meter,
      isWithoutReceipts,
      onRefused,
    });
  }

  /** What a home without memory has behind it, or what went on since its process ended. */
  #playPast(now: number): HouseState {
    const { house, periodMs, historyDays, settlingMs } = this.#options;
    const last = this.#memory.memory.house;
    const past = {
      house,
      weather: this.#weather,
      now,
      periodMs,
      settlingMs,
      measure: (state: HouseState) => {
        for (const { device, appliance, spool } of this.#occupants)
          if (state.at > spool.newestAt)
            device.record({ at: state.at, values: appliance.read(state, this.#weather(state.at).outsideC) });
      },
    };
    if (!last) return playHistory(past, historyDays);
    // Kept by another version: its past was delivered, so the house settles anew and tells of nothing before.
    return isStateOf(house, last) ? playDeadTime(past, last) : playHistory(past, 0);
  }

  #tick(): void {
    const now = this.#clock.now();
    const { periodMs } = this.#options;
    this.#advance(now);
    const state = houseAt(this.#options.house, this.#state, now);
    const { outsideC } = this.#weather(now);
    for (const occupant of this.#occupants) {
      const values = occupant.appliance.read(state, outsideC);
      const shown = stepwise(values);
      if (now >= occupant.dueAt || shown !== occupant.shown) {
        // A clock that jumped must not make up for what was not measured.
        if (now >= occupant.dueAt) occupant.dueAt = Math.max(occupant.dueAt + periodMs, now);
        occupant.shown = shown;
        occupant.device.record({ at: now, values });
      }
      occupant.device.tick();
    }
    if (now - this.#savedAt >= saveEveryMs) this.#save(now);
  }

  #advance(now: number): void {
    const { house, isCoarse, periodMs } = this.#options;
    const fineStepMs = isCoarse ? Math.max(stepMs, periodMs) : stepMs;
    this.#state = advanceHouse(house, this.#weather, this.#state, now, fineStepMs);
  }

  #read(appliance: Appliance, now: number): Values {
    const state = houseAt(this.#options.house, this.#state, now);
    return appliance.read(state, this.#weather(now).outsideC);
  }

  #measure(appliance: Appliance): Measured {
    const at = this.#clock.now();
    this.#advance(at);
    return { at, values: this.#read(appliance, at) };
  }

  #set(appliance: Appliance, values: SetValues): void {
    const room = this.#options.house.rooms.find(({ id }) => id === appliance.roomId);
    if (!room) throw new Error(`${appliance.id} takes no commands`);
    const now = this.#clock.now();
    this.#advance(now);
    const state = this.#state.rooms[room.id]!;
    const thermostat = setThermostat(room.thermostat, state.thermostat, values, now);
    this.#state = {
      ...this.#state,
      rooms: { ...this.#state.rooms, [room.id]: { ...state, thermostat } },
    };
    this.#save(now);
  }

  #save(now: number): void {
    this.#memory.memory.house = this.#state;
    this.#memory.save();
    this.#savedAt = now;
  }
}

/** What of a device's values changes in steps, as one text to compare. */
function stepwise({ setpoint, mode, heating }: Values): string {
  return `${setpoint} ${mode} ${heating}`;
}
