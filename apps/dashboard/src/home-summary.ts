import type { BrokerJournal, Device, Health, QuantityName } from '@hearth/contract';
import type { Link } from './api/live.ts';
import { age, duration, type Format } from './format.ts';
import {
  actionAt,
  deviceFreshness,
  figureOf,
  frostC,
  isHandingIn,
  isPresent,
  newestValueAt,
  numberOf,
  troubleOf,
  type RoomView,
} from './room-view.ts';

/** The first sentence of the home: what is wrong, or that nothing is. */
export interface HomeSummary {
  tone: 'calm' | 'warn' | 'bad';
  sentence: string;
  /** The quieter second sentence; empty when there is nothing to add. */
  more: string;
  /** The device that the sentence is about, to go to. */
  deviceId: string | null;
}

function silentWords(silent: Device[], nowAt: number): string {
  const [first] = silent;
  if (!first) return '';
  if (silent.length > 1) return `${silent.length} devices are silent: ${namesOf(silent)}.`;
  return `${first.name} has been silent for ${duration(nowAt - (newestValueAt(first) ?? nowAt))}.`;
}

/** Who has left and is not missed for long yet. */
function offlineWords(offline: Device[], nowAt: number): string {
  const [first] = offline;
  if (!first) return '';
  if (offline.length > 1) return `${offline.length} devices are offline: ${namesOf(offline)}.`;
  const since = first.offlineSince ?? newestValueAt(first) ?? nowAt;
  return `${first.name} went offline ${age(nowAt - since)}.`;
}

/** Who sends what it kept while it had no connection, or a demo home its past. */
function handingInWords(late: Device[]): string {
  const [first] = late;
  if (!first) return '';
  if (late.length > 1) return `${late.length} devices are handing in what they measured before.`;
  return `${first.name} is handing in what it measured before.`;
}

/** Who is there and has no figures yet. */
function mutedWords(muted: Device[]): string {
  const [first] = muted;
  if (!first) return '';
  if (muted.length > 1) return `${muted.length} devices have sent no reading yet.`;
  return `${first.name} has sent no reading yet.`;
}

/** At most three names, so that a dead access point does not fill the screen. */
function namesOf(devices: Device[]): string {
  const names = devices.slice(0, 3).map(({ name }) => name);
  return devices.length > 3 ? `${names.join(', ')} and ${devices.length - 3} more` : names.join(', ');
}

/** What it is like outside and where it is heated: from values of now, and nothing from old ones. */
function moreWords(views: RoomView[], devices: readonly Device[], nowAt: number, format: Format): string {
  const outside = devices.flatMap((device) => {
    const figure = figureOf(device, 'outsideTemperature');
    return isPresent(figure, nowAt) ? (numberOf(figure) ?? []) : [];
  });
  const heated = views.filter((view) => actionAt(view, nowAt) === 'heating').length;
  const heatedWords = ['', 'One room is heating.'][heated] ?? `${heated} rooms are heating.`;
  return [outside[0] === undefined ? '' : `Outside ${format.degrees(outside[0])}.`, heatedWords]
    .filter(Boolean)
    .join(' ');
}

/**
 * What is wrong between the devices and this page; null when nothing is. As long as it is, no sentence about
 * the devices would be true: nobody knows whether they answer.
 */
export function platformTrouble(link: Link, health: Health | undefined, format: Format): HomeSummary | null {
  if (link.state === 'away')
    return { tone: 'calm', sentence: `As it was at ${format.time(link.sinceAt)}.`, more: '', deviceId: null };
  const { broker, store } = health ?? {};
  const { journal } = broker ?? {};
  if (journal && journal.state !== 'ok')
    return {
      tone: 'bad',
      sentence: `No new readings since ${format.time(journal.since)}.`,
      more: 'Devices keep theirs meanwhile. What you see is from before.',
      deviceId: null,
    };
  if (broker && !broker.isConnected)
    return {
      tone: 'warn',
      sentence:
        broker.since === null
          ? 'The devices can’t be heard.'
          : `No device has been heard since ${format.time(broker.since)}.`,
      more: 'What you see is from before.',
      deviceId: null,
    };
  if (store && !store.isWritable)
    return {
      tone: 'bad',
      sentence: 'New readings can’t be stored.',
      more: 'What you see is from before.',
      deviceId: null,
    };
  return null;
}

/** That the disk under the broker takes nothing, and what to do; null while it does, or nobody knows. */
export function diskWords(journal: BrokerJournal | undefined): { what: string; toDo: string } | null {
  if (!journal || journal.state === 'ok') return null;
  if (journal.state === 'failing')
    return { what: 'Messages from devices can’t be kept: the disk refuses them.', toDo: journal.words };
  return {
    what: 'Messages from devices can’t be kept: the disk is full.',
    toDo: 'Make space where the broker keeps its data. It goes on by itself, and what came before is safe.',
  };
}

/** The device and words of the first sensor fault that is told at present. */
function faultOf(devices: readonly Device[], nowAt: number): { device: Device; fault: string } | null {
  for (const device of devices)
    for (const quantity of Object.keys(device.latest) as QuantityName[]) {
      const figure = figureOf(device, quantity);
      if (isPresent(figure, nowAt) && figure.latest.fault) return { device, fault: figure.latest.fault };
    }
  return null;
}

function calmWords(count: number): string {
  if (count === 0) return 'Waiting for the first reading.';
  return count === 1 ? 'One device reporting.' : `${count} devices reporting.`;
}

const join = (...sentences: string[]): string => sentences.filter(Boolean).join(' ');

/** Sums up the home in one sentence; danger before faults before silence before calm. */
export function summarise(
  views: RoomView[],
  devices: readonly Device[],
  nowAt: number,
  format: Format,
): HomeSummary {
  // A device that has sent no reading is awaited, not silent; a gateway has none to be silent of.
  const heard = devices.filter(({ lastMessageAt, role }) => lastMessageAt !== null && role !== 'gateway');
  const reporting = heard.filter((device) => newestValueAt(device) !== null);
  const muted = mutedWords(heard.filter((device) => newestValueAt(device) === null));
  const late = reporting.filter((device) => isHandingIn(device, nowAt));
  const states = reporting
    .filter((device) => !late.includes(device))
    .map((device) => ({ device, state: deviceFreshness(device, nowAt) }));
  const silent = states.filter(({ state }) => state === 'silent').map(({ device }) => device);
  const stale = states.filter(({ state }) => state === 'stale').map(({ device }) => device);
  const offline = stale.filter(({ isOnline }) => isOnline === false);
  const outside = moreWords(views, devices, nowAt, format);
  const outlook = join(handingInWords(late), muted, outside);
  const more = join(silentWords(silent, nowAt), offlineWords(offline, nowAt), outlook);
  const cold = views.find((view) => troubleOf(view, nowAt) === 'frost');
  if (cold) {
    const degrees = format.degrees(numberOf(cold.temperature) ?? frostC);
    return {
      tone: 'bad',
      sentence: `${cold.room.name} is at ${degrees}: frost can set in.`,
      more,
      deviceId: cold.asked?.id ?? null,
    };
  }
  const faulty = faultOf(devices, nowAt);
  if (faulty) {
    const { device, fault } = faulty;
    return { tone: 'bad', sentence: `${device.name} has a fault: ${fault}.`, more, deviceId: device.id };
  }
  if (silent[0])
    return {
      tone: 'warn',
      sentence: silentWords(silent, nowAt),
      more: join(offlineWords(offline, nowAt), outlook),
      deviceId: silent[0].id,
    };
  if (offline[0])
    return { tone: 'warn', sentence: offlineWords(offline, nowAt), more: outlook, deviceId: offline[0].id };
  if (stale[0])
    return {
      tone: 'warn',
      sentence: `${namesOf(stale)}: no news for a while.`,
      more: outlook,
      deviceId: stale[0].id,
    };
  const past = late.length === reporting.length ? 'What you see is from before.' : '';
  if (late[0])
    return { tone: 'calm', sentence: handingInWords(late), more: join(past, muted, outside), deviceId: null };
  const count = reporting.length;
  return { tone: 'calm', sentence: calmWords(count), more: count === 0 ? '' : outlook, deviceId: null };
}
