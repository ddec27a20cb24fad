import type { About, Device, QuantityName, Value } from '@hearth/contract';
import { wordsOf, type Notice, type NoticeKind } from '../alerts/notice.ts';
import { version } from '../version.ts';

/** Where Hearth speaks to Home Assistant; a gateway's credential may reach here, and not below `hearth/v1`. */
const root = 'hearth/ha';

/** `online` while the api is there. */
export const presenceTopic = `${root}/availability`;
/** Where Home Assistant says that it has started. */
export const birthTopic = 'homeassistant/status';
/** Setpoints, in °C. */
export const commandFilter = `${root}/+/setpoint/set`;
/** All announcements of whole devices, ours among them. */
export const announcementFilter = 'homeassistant/device/+/config';

/** Where Home Assistant is told of alerts: one message for each, never retained. */
export const alertTopic = `${root}/alert`;
/** What announces Hearth itself; it is named apart from every device of it. */
export const ownAnnouncementTopic = 'homeassistant/device/hearth/config';

export const announcementTopic = (device: string): string => `homeassistant/device/hearth-${device}/config`;
export const availabilityTopic = (device: string): string => `${root}/${device}/availability`;
export const valueTopic = (device: string, quantity: QuantityName): string => `${root}/${device}/${quantity}`;

/** The device of an announcement of ours; null for those of others. */
export function announcedDevice(topic: string): string | null {
  return /^homeassistant\/device\/hearth-([a-z0-9-]+)\/config$/.exec(topic)?.[1] ?? null;
}

/** The device that a setpoint is for. */
export function commandedDevice(topic: string): string | null {
  return /^hearth\/ha\/([a-z0-9-]+)\/setpoint\/set$/.exec(topic)?.[1] ?? null;
}

/** What Home Assistant makes of each quantity. A mode is shown with the thermostat, or as a word. */
const entities: Readonly<
  Record<QuantityName, { platform: 'sensor' | 'binary_sensor'; [key: string]: unknown }>
> = {
  temperature: measurement('temperature', '°C'),
  outsideTemperature: { ...measurement('temperature', '°C'), name: 'Outside temperature' },
  surfaceTemperature: { ...measurement('temperature', '°C'), name: 'Surface temperature' },
  setpoint: { ...measurement('temperature', '°C'), name: 'Setpoint' },
  humidity: measurement('humidity', '%'),
  power: measurement('power', 'W'),
  energy: { ...measurement('energy', 'kWh'), state_class: 'total_increasing' },
  valve: { platform: 'sensor', unit_of_measurement: '%', state_class: 'measurement', name: 'Valve' },
  battery: { ...measurement('battery', '%'), entity_category: 'diagnostic' },
  batteryLow: { platform: 'binary_sensor', device_class: 'battery', entity_category: 'diagnostic' },
  signal: { ...measurement('signal_strength', 'dBm'), entity_category: 'diagnostic' },
  heating: { platform: 'binary_sensor', device_class: 'running', name: 'Heating' },
  mode: { platform: 'sensor', device_class: 'enum', options: ['off', 'heat', 'auto'], name: 'Mode' },
};

function measurement(deviceClass: string, unit: string) {
  const platform = 'sensor' as const;
  return { platform, device_class: deviceClass, unit_of_measurement: unit, state_class: 'measurement' };
}

/** A sensor that says when it reports next is unknown after three times as long, and two minutes at least. */
function expiryS(about: About, quantity: QuantityName): number | null {
  const { periodMs } = about.quantities[quantity] ?? {};
  return periodMs === undefined ? null : Math.max(120, Math.ceil((3 * periodMs) / 1000));
}

/**
 * What announces a device to Home Assistant: all that it reports, and a thermostat where it takes setpoints. Null for
 * a device that has not said what it is, a gateway, and what Home Assistant was told of by others.
 * @see https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
 */
export function announcementOf(device: Device, room: string | null): object | null {
  const { about, id, role, source } = device;
  if (!about || role === 'gateway' || (source !== 'contract' && source !== 'rtl_433')) return null;
  const quantities = Object.keys(about.quantities) as QuantityName[];
  const components: Record<string, object> = {};
  for (const quantity of quantities) {
    const expiry = expiryS(about, quantity);
    components[quantity] = {
      ...entities[quantity],
      unique_id: `hearth_${id}_${quantity}`,
      state_topic: valueTopic(id, quantity),
      ...(expiry === null || quantity === 'mode' ? {} : { expire_after: expiry }),
    };
  }
  const limits = about.commands.set?.setpoint;
  if (limits) components['thermostat'] = thermostat(id, quantities, limits);
  return {
    device: {
      identifiers: [`hearth_${id}`],
      name: device.name,
      manufacturer: about.maker,
      model: about.model,
      sw_version: about.firmware,
      ...(room === null ? {} : { suggested_area: room }),
    },
    origin: { name: 'Hearth', sw_version: version },
    availability: [{ topic: presenceTopic }, { topic: availabilityTopic(id) }],
    availability_mode: 'all',
    components,
  };
}

/**
 * What announces Hearth itself, with the event by which it tells of alerts: what automations begin with. (`notify`
 * goes the other way, from Home Assistant to a device.)
 * @see https://www.home-assistant.io/integrations/event.mqtt
 */
export const ownAnnouncement = {
  device: { identifiers: ['hearth'], name: 'Hearth', manufacturer: 'Hearth', sw_version: version },
  origin: { name: 'Hearth', sw_version: version },
  availability: [{ topic: presenceTopic }],
  components: {
    alert: {
      platform: 'event',
      unique_id: 'hearth_alert',
      name: 'Alert',
      icon: 'mdi:bell-alert',
      state_topic: alertTopic,
      qos: 1,
      event_types: ['fired', 'escalated', 'resolved', 'test'] satisfies NoticeKind[],
    },
  },
};

/** A notice as attributes of that event; `title` and `message` are for people. */
export function alertEvent(notice: Notice): object {
  const { title, text } = wordsOf(notice);
  const { kind, severity, name } = notice.content;
  return { event_type: notice.what, title, message: text, severity, kind, about: name, id: notice.id };
}

function thermostat(
  id: string,
  quantities: readonly QuantityName[],
  { min, max, step }: { min: number; max: number; step: number },
): object {
  const at = (key: string, quantity: QuantityName) =>
    quantities.includes(quantity) ? { [key]: valueTopic(id, quantity) } : {};
  return {
    platform: 'climate',
    // It is the device itself.
    name: null,
    unique_id: `hearth_${id}_thermostat`,
    temperature_unit: 'C',
    min_temp: min,
    max_temp: max,
    temp_step: step,
    modes: quantities.includes('mode') ? ['off', 'heat', 'auto'] : ['heat'],
    temperature_command_topic: `${valueTopic(id, 'setpoint')}/set`,
    ...at('temperature_state_topic', 'setpoint'),
    ...at('current_temperature_topic', 'temperature'),
    ...at('current_humidity_topic', 'humidity'),
    ...at('mode_state_topic', 'mode'),
    ...(quantities.includes('heating')
      ? { ...at('action_topic', 'heating'), action_template: "{{ 'heating' if value == 'ON' else 'idle' }}" }
      : {}),
  };
}

/** A value as Home Assistant reads it; a sensor that failed is unknown. */
export function valueWord(value: Value): string {
  if (value === null) return 'None';
  return typeof value === 'boolean' ? (value ? 'ON' : 'OFF') : String(value);
}
