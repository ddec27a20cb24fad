import type { Device, Latest, QuantityName, Room } from '@hearth/contract';
import { freshness, severity, type Freshness } from './freshness.ts';

/** A value with what is needed to judge it. */
export interface Figure {
  deviceId: string;
  latest: Latest;
  periodMs: number | null;
  isOnline: boolean | null;
}

/** What a heated room is doing. */
export type Action = 'heating' | 'idle' | 'off';

/** Everything a room's card and page show. Made once per change of the room or its devices. */
export interface RoomView {
  room: Room;
  /** The devices in this room, as the list has them. */
  devices: readonly Device[];
  temperature: Figure | null;
  setpoint: Figure | null;
  humidity: Figure | null;
  /** The newest word on whether anything heats; null where nothing can. */
  heating: Figure | null;
  action: Action | null;
  /** Takes setpoints, within its limits in °C; null where the room only measures. */
  control: { device: Device; min: number; max: number; step: number } | null;
  /** The device whose temperature is shown, if it can be asked. */
  asked: Device | null;
  isSimulated: boolean;
}

/** Below this a room is in danger: pipes freeze before the air by the thermometer does. */
export const frostC = 5;

/** A device's newest value of a quantity, to be judged; null when it never reported one. */
export function figureOf(device: Device | undefined, quantity: QuantityName): Figure | null {
  const latest = device?.latest[quantity];
  if (!device || !latest) return null;
  const periodMs = device.about?.quantities[quantity]?.periodMs ?? null;
  return { deviceId: device.id, latest, periodMs, isOnline: device.isOnline };
}

/** How far a figure may be believed now. */
export function figureFreshness(figure: Figure, nowAt: number): Freshness {
  return freshness({
    ageMs: nowAt - figure.latest.at,
    periodMs: figure.periodMs,
    isOnline: figure.isOnline,
  });
}

/** The figure's number; null when it is a fault or not a number. */
export function numberOf(figure: Figure | null): number | null {
  return typeof figure?.latest.value === 'number' ? figure.latest.value : null;
}

function actionOf(devices: readonly Device[], heating: Figure | null): Action | null {
  if (devices.some((device) => device.latest.mode?.value === 'off')) return 'off';
  if (!heating || typeof heating.latest.value !== 'boolean') return null;
  return heating.latest.value ? 'heating' : 'idle';
}

/** The room's figures, from the devices that the room names as their source. */
export function viewRoom(room: Room, all: ReadonlyMap<string, Device>): RoomView {
  const devices = room.deviceIds.flatMap((id) => all.get(id) ?? []);
  const source = room.temperatureFrom ? all.get(room.temperatureFrom) : undefined;
  const outside = devices.find((device) => device.latest.outsideTemperature);
  const heaters = room.heatingFrom.flatMap((id) => figureOf(all.get(id), 'heating') ?? []);
  const heating = heaters.find(({ latest }) => latest.value === true) ?? heaters[0] ?? null;
  const setter = room.setpointFrom ? all.get(room.setpointFrom) : undefined;
  const limits = setter?.about?.commands.set?.setpoint;
  return {
    room,
    devices,
    temperature: figureOf(source, 'temperature') ?? figureOf(outside, 'outsideTemperature'),
    setpoint: figureOf(setter, 'setpoint'),
    humidity: figureOf(
      devices.find((device) => device.latest.humidity),
      'humidity',
    ),
    heating,
    action: actionOf(devices, heating),
    control: setter && limits ? { device: setter, ...limits } : null,
    asked: source ?? outside ?? null,
    isSimulated: devices.length > 0 && devices.every((device) => device.about?.simulated),
  };
}

/** Makes views and keeps those whose room and devices are the same objects as before. */
export function createRoomViews(): (rooms: readonly Room[], devices: readonly Device[]) => RoomView[] {
  let kept = new Map<string, { inputs: readonly unknown[]; view: RoomView }>();
  return (rooms, devices) => {
    const byId = new Map(devices.map((device) => [device.id, device]));
    const next: typeof kept = new Map();
    const views = rooms.map((room) => {
      const inputs = [room, ...room.deviceIds.map((id) => byId.get(id))];
      const old = kept.get(room.id);
      const isSame = old?.inputs.length === inputs.length && old.inputs.every((x, i) => x === inputs[i]);
      const entry = isSame && old ? old : { inputs, view: viewRoom(room, byId) };
      next.set(room.id, entry);
      return entry.view;
    });
    kept = next;
    return views;
  };
}

/** What is wrong with a room's temperature; null when it can be believed. */
export type Trouble = 'fault' | 'frost' | 'silent' | 'stale' | 'empty';

/** The worst that is wrong with a room, as somebody who wants it warm sees it. */
export function troubleOf(view: RoomView, nowAt: number): Trouble | null {
  const { temperature } = view;
  if (!temperature) return 'empty';
  const state = figureFreshness(temperature, nowAt);
  if (state === 'silent') return 'silent';
  if (temperature.latest.value === null) return 'fault';
  if (state === 'stale') return 'stale';
  const celsius = numberOf(temperature);
  return view.control && celsius !== null && celsius < frostC ? 'frost' : null;
}

/** The state of a device: that of its freshest value, as one quantity may rest while others speak. */
export function deviceFreshness(device: Device, nowAt: number): Freshness {
  if (device.isOnline === false) return 'silent';
  let best: Freshness = 'silent';
  for (const quantity of Object.keys(device.latest) as QuantityName[]) {
    const figure = figureOf(device, quantity);
    const state: Freshness = figure ? figureFreshness(figure, nowAt) : best;
    if (severity(state) < severity(best)) best = state;
  }
  return best;
}
