import type { Device, Latest, QuantityName, Room, ValueFreshness } from '@hearth/contract';
import { freshnessAt, severity, type Freshness } from './freshness.ts';

/** A value, and how far the server says that it may be believed. */
export interface Figure {
  deviceId: string;
  latest: Latest;
  freshness: ValueFreshness | null;
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
  /** What each heater last said on whether it heats; empty where nothing can. */
  heaters: readonly Figure[];
  /** Takes setpoints, within its limits in °C; null where the room only measures. */
  control: { device: Device; min: number; max: number; step: number } | null;
  /** The device whose temperature is shown, if it can be asked. */
  asked: Device | null;
  isSimulated: boolean;
}

/** Below this a room is in danger: pipes freeze before the air by the thermometer does. */
const frostC = 5;

/** A device's newest value of a quantity; null when it never reported one. */
export function figureOf(device: Device | undefined, quantity: QuantityName): Figure | null {
  const latest = device?.latest[quantity];
  if (!device || !latest) return null;
  const freshness = device.freshness?.[quantity] ?? null;
  return { deviceId: device.id, latest, freshness, isOnline: device.isOnline };
}

/** When a value was measured: never after it came, whatever the device's clock says. */
export function measuredAt({ at, receivedAt }: Latest): number {
  return Math.min(at, receivedAt);
}

/** Between two readings of a device that hands in what it kept. */
const handingInMs = 15_000;

/** Whether a device is handing in what it kept, and has not come to the present yet. */
export function isHandingIn(device: Device, nowAt: number): boolean {
  const isOld = severity(deviceFreshness(device, nowAt)) >= severity('stale');
  const isArriving = Object.values(device.latest).some(
    ({ isLate, receivedAt }) => isLate && nowAt - receivedAt <= handingInMs,
  );
  return isOld && isArriving && device.isOnline !== false;
}

/** How far a figure may be believed now; one that nobody judges, not at all. */
export function figureFreshness({ freshness }: Figure, nowAt: number): Freshness {
  return freshness ? freshnessAt(freshness, nowAt) : 'silent';
}

/** The figure's number; null when it is a fault or not a number. */
export function numberOf(figure: Figure | null): number | null {
  return typeof figure?.latest.value === 'number' ? figure.latest.value : null;
}

/** Whether a figure speaks of now: it is live or late. */
export function isPresent(figure: Figure | null, nowAt: number): figure is Figure {
  return figure !== null && severity(figureFreshness(figure, nowAt)) <= severity('late');
}

/** The room's figures, from the devices that the room names as their source. */
export function viewRoom(room: Room, all: ReadonlyMap<string, Device>): RoomView {
  const devices = room.deviceIds.flatMap((id) => all.get(id) ?? []);
  const source = room.temperatureFrom ? all.get(room.temperatureFrom) : undefined;
  const outside = devices.find((device) => device.latest.outsideTemperature);
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
    heaters: room.heatingFrom.flatMap((id) => figureOf(all.get(id), 'heating') ?? []),
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

/** When a device's newest value was measured; null when it has none. Messages that were not taken bring none. */
export function newestValueAt(device: Device): number | null {
  const values = Object.values(device.latest).map(measuredAt);
  return values.length === 0 ? null : Math.max(...values);
}

/** The state of a device: that of its freshest value, as one quantity may rest while others speak. */
export function deviceFreshness(device: Device, nowAt: number): Freshness {
  let best: Freshness = 'silent';
  for (const quantity of Object.keys(device.latest) as QuantityName[]) {
    const figure = figureOf(device, quantity);
    const state: Freshness = figure ? figureFreshness(figure, nowAt) : best;
    if (severity(state) < severity(best)) best = state;
  }
  return best;
}

/**
 * What a room is doing, from values that speak of now; null where that cannot be told, as of a room whose
 * temperature is old. A mode is a setting and may rest: it holds for as long as its device speaks.
 */
export function actionAt(view: RoomView, nowAt: number): Action | null {
  if (['empty', 'silent', 'stale'].includes(troubleOf(view, nowAt) ?? '')) return null;
  const isOff = view.devices.some(
    (device) =>
      device.latest.mode?.value === 'off' && severity(deviceFreshness(device, nowAt)) <= severity('late'),
  );
  if (isOff) return 'off';
  const present = view.heaters.filter((heater) => isPresent(heater, nowAt));
  const said = new Set(present.map(({ latest }) => latest.value));
  return said.has(true) ? 'heating' : said.has(false) ? 'idle' : null;
}
