import type { Device, Latest, QuantityName, ReadingEvent } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Notice } from '../alerts/notice.ts';
import type { Bridge, BrokerLogin } from '../bridge/bridge.ts';
import { openBrokerSession } from '../bridge/broker-session.ts';
import type { Delivery } from '../bridge/connection.ts';
import type { Devices } from '../devices/devices.ts';
import type { Live } from '../live.ts';
import {
  alertEvent,
  alertTopic,
  announcedDevice,
  announcementFilter,
  announcementOf,
  announcementTopic,
  availabilityTopic,
  birthTopic,
  commandedDevice,
  commandFilter,
  ownAnnouncement,
  ownAnnouncementTopic,
  presenceTopic,
  valueTopic,
  valueWord,
} from './announcement.ts';

/** What a Home Assistant that starts is told of values: those that were measured within this time. */
const freshMs = 15 * 60_000;
/** Who asked, in a command's history. */
const asker = 'Home Assistant';

/** Speaks to a Home Assistant for as long as it is there. */
export interface Announcer extends AsyncDisposable {
  /** Tells it of an alert; resolves when the broker has it. @throws {BrokerAwayError} */
  tell(notice: Notice): Promise<void>;
}

/**
 * Tells a Home Assistant at the same broker of our devices, and takes its setpoints as a person's. It has a connection
 * of its own, whose will says when we are gone. When it is off, it takes back what an earlier start announced.
 */
export function startAnnouncer(parts: {
  isOn: boolean;
  login: BrokerLogin;
  live: Live;
  devices: Pick<Devices, 'list' | 'get' | 'rooms'>;
  bridge: Pick<Bridge, 'setSetpoint'>;
  log: Log;
  now: () => number;
  /** What there is to take back is taken back, or what there is to say is on its way. */
  onConnected: () => void;
}): Announcer {
  const { isOn, login, live, devices, bridge, log, now } = parts;
  /** What was said last on each retained topic, so that nothing is said twice. */
  const said = new Map<string, string>();

  const publish = (topic: string, payload: string, isRetained: boolean): void => {
    // Without a connection the next one begins with all of it.
    session.publish(topic, payload, { isRetained }).catch(() => said.delete(topic));
  };
  const retain = (topic: string, payload: string): void => {
    if (said.get(topic) === payload) return;
    said.set(topic, payload);
    publish(topic, payload, true);
  };
  const clear = (id: string): void => {
    for (const topic of [announcementTopic(id), availabilityTopic(id)]) {
      said.delete(topic);
      publish(topic, '', true);
    }
  };
  const tellValues = (id: string, latest: Device['latest'], since = 0): void => {
    for (const [quantity, value] of Object.entries(latest) as [QuantityName, Latest][])
      if (!value.isLate && value.at >= since)
        publish(valueTopic(id, quantity), valueWord(value.value), false);
  };
  const tellDevice = (device: Device, rooms: ReadonlyMap<string, string>): boolean => {
    const announcement = announcementOf(device, rooms.get(device.roomId ?? '') ?? null);
    if (!announcement) return false;
    retain(announcementTopic(device.id), JSON.stringify(announcement));
    retain(availabilityTopic(device.id), device.isOnline === false ? 'offline' : 'online');
    return true;
  };
  const tellAll = (): void => {
    said.clear();
    const rooms = roomNames();
    for (const device of devices.list())
      if (tellDevice(device, rooms)) tellValues(device.id, device.latest, now() - freshMs);
    retain(ownAnnouncementTopic, JSON.stringify(ownAnnouncement));
    retain(presenceTopic, 'online');
  };
  const roomNames = (): Map<string, string> => new Map(devices.rooms().map(({ id, name }) => [id, name]));

  const command = async (id: string, payload: Uint8Array): Promise<void> => {
    const device = devices.get(id);
    if (!device || !announcementOf(device, null)) return;
    try {
      const text = new TextDecoder().decode(payload.subarray(0, 16)).trim();
      await bridge.setSetpoint(device, text === '' ? Number.NaN : Number(text), asker);
    } catch (error) {
      // It shows what it asked for until it hears otherwise.
      log.warn(
        { device: id, problem: (error as Error).message },
        'a setpoint of Home Assistant was not taken',
      );
      tellValues(id, device.latest.setpoint ? { setpoint: device.latest.setpoint } : {});
    }
  };
  const hear = ({ topic, payload, isRetained }: Delivery): void => {
    if (topic === ownAnnouncementTopic) {
      if (!isOn && isRetained && payload.length > 0) publish(topic, '', true);
      return;
    }
    const announced = announcedDevice(topic);
    if (announced !== null) {
      const device = devices.get(announced);
      const isOurs = isOn && device !== undefined && announcementOf(device, null) !== null;
      if (isRetained && payload.length > 0 && !isOurs) clear(announced);
      return;
    }
    if (!isOn || isRetained) return;
    const commanded = commandedDevice(topic);
    if (commanded !== null) void command(commanded, payload);
    else if (topic === birthTopic && Buffer.from(payload).toString() === 'online') tellAll();
  };
  const session = openBrokerSession({
    url: login.brokerUrl,
    clientId: 'hearth-api-homeassistant',
    user: login.user,
    passwordFile: login.passwordFile,
    password: login.password,
    tlsFiles: login.tlsFiles ?? {},
    isClean: true,
    ...(isOn ? { will: { topic: presenceTopic, payload: 'offline' } } : {}),
    filters: isOn ? [announcementFilter, birthTopic, commandFilter] : [announcementFilter],
    log,
    now,
    onMessage(delivery) {
      hear(delivery);
      delivery.acknowledge();
    },
    onConnected() {
      if (isOn) tellAll();
      parts.onConnected();
    },
    onLost: () => said.clear(),
  });

  const unsubscribe = live.subscribe(null, ({ event, data }) => {
    if (!isOn) return;
    if (event === 'reading') {
      const { deviceId, latest } = JSON.parse(data) as ReadingEvent;
      if (said.has(announcementTopic(deviceId))) tellValues(deviceId, latest);
    } else if (event === 'device') tellDevice(JSON.parse(data) as Device, roomNames());
    else if (event === 'removed')
      for (const id of (JSON.parse(data) as { deviceIds: string[] }).deviceIds) clear(id);
  });
  return {
    tell: (notice) => session.publish(alertTopic, JSON.stringify(alertEvent(notice))),
    async [Symbol.asyncDispose]() {
      unsubscribe();
      if (isOn) await session.publish(presenceTopic, 'offline', { isRetained: true }).catch(() => {});
      await session[Symbol.asyncDispose]();
    },
  };
}
