import type { Alert, AlertsAnswer, BrokerJournal, Device, Health, QuantityName } from '@hearth/contract';
import type { Link } from './api/live.ts';
import type { Format } from './format.ts';
import { listWords } from './list-words.ts';
import {
  actionAt,
  deviceFreshness,
  figureOf,
  isHandingIn,
  isPresent,
  newestValueAt,
  numberOf,
  type RoomView,
} from './room-view.ts';

/** The first sentence of the home: what is wrong, or that nothing is. */
export interface HomeSummary {
  tone: 'calm' | 'warn' | 'bad';
  sentence: string;
  /** The quieter second sentence; empty when there is nothing to add. */
  more: string;
  /** The page that says more of it; null when there is none. */
  to: string | null;
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
    return { tone: 'calm', sentence: `As it was at ${format.time(link.sinceAt)}.`, more: '', to: null };
  const { broker, store } = health ?? {};
  const { journal } = broker ?? {};
  if (journal && journal.state !== 'ok')
    return {
      tone: 'bad',
      sentence: `No new readings since ${format.time(journal.since)}.`,
      more: 'Devices keep theirs meanwhile. What you see is from before.',
      to: null,
    };
  if (broker && !broker.isConnected)
    return {
      tone: 'warn',
      sentence:
        broker.since === null
          ? 'The devices can’t be heard.'
          : `No device has been heard since ${format.time(broker.since)}.`,
      more: 'What you see is from before.',
      to: null,
    };
  if (store && !store.isWritable)
    return {
      tone: 'bad',
      sentence: 'New readings can’t be stored.',
      more: 'What you see is from before.',
      to: null,
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

function calmWords(present: number, all: number): string {
  if (all === 0) return 'Waiting for the first reading.';
  if (present === 0) return 'No device is reporting.';
  if (present < all) return `${present} of ${all} devices reporting.`;
  return all === 1 ? 'One device reporting.' : `${all} devices reporting.`;
}

const join = (...sentences: string[]): string => sentences.filter(Boolean).join(' ');

/** What is wrong, as the first of its alerts says it; null when nothing is but what can wait for a better day. */
function alertSummary(open: readonly Alert[], outlook: string): HomeSummary | null {
  const serious = open.filter(({ severity }) => severity !== 'note');
  // What somebody sees to already comes after what nobody does.
  const first = serious.find(({ state }) => state === 'firing') ?? serious[0];
  if (!first) return null;
  const seenTo = first.state === 'acknowledged' ? `${first.acknowledgedBy ?? 'Somebody'} sees to it.` : '';
  const others = serious.length - 1;
  const othersWords = others === 0 ? '' : others === 1 ? 'One more alert.' : `${others} more alerts.`;
  return {
    tone: first.severity === 'urgent' ? 'bad' : 'warn',
    sentence: `${first.title}.`,
    more: join(first.why, seenTo, othersWords, outlook),
    to: '/alerts',
  };
}

/** What is no alert, or none that hurries: what is watched because it may become one, and notes. */
function quietWords(open: readonly Alert[], { pending }: AlertsAnswer): string {
  const notes = open.filter(({ severity }) => severity === 'note').map(({ title }) => `${title}.`);
  const watched = [...new Set(pending.map(({ name }) => name))];
  const names = watched.length > 3 ? [...watched.slice(0, 2), `${watched.length - 2} more`] : watched;
  return join(...notes.slice(0, 2), names.length === 0 ? '' : `Being watched: ${listWords(names)}.`);
}

/**
 * Sums up the home in one sentence: the first of the alerts, which alone say what is wrong; a fault that a device tells
 * of itself; or how many devices report. `alerts` is null where they could not be looked up.
 */
export function summarise(
  views: RoomView[],
  devices: readonly Device[],
  alerts: AlertsAnswer | null,
  nowAt: number,
  format: Format,
): HomeSummary {
  // A device that has sent no reading is awaited, not silent; a gateway has none to be silent of.
  const heard = devices.filter(({ lastMessageAt, role }) => lastMessageAt !== null && role !== 'gateway');
  const reporting = heard.filter((device) => newestValueAt(device) !== null);
  const muted = mutedWords(heard.filter((device) => newestValueAt(device) === null));
  const late = reporting.filter((device) => isHandingIn(device, nowAt));
  const outside = moreWords(views, devices, nowAt, format);
  const outlook = join(handingInWords(late), muted, outside);
  const open = alerts?.open.filter(({ mutedUntil }) => (mutedUntil ?? 0) <= nowAt) ?? [];
  const wrong = alertSummary(open, outlook);
  if (wrong) return wrong;
  const quiet = alerts ? quietWords(open, alerts) : 'Alerts could not be looked up.';
  const faulty = faultOf(devices, nowAt);
  if (faulty) {
    const { device, fault } = faulty;
    const sentence = `${device.name} has a fault: ${fault}.`;
    return { tone: 'bad', sentence, more: join(quiet, outlook), to: `/devices/${device.id}` };
  }
  const past = late.length === reporting.length ? 'What you see is from before.' : '';
  if (late[0])
    return {
      tone: 'calm',
      sentence: handingInWords(late),
      more: join(past, quiet, muted, outside),
      to: null,
    };
  const present = reporting.filter((device) => isReporting(device, nowAt)).length;
  const more = join(quiet, reporting.length === 0 ? '' : outlook);
  return { tone: 'calm', sentence: calmWords(present, reporting.length), more, to: null };
}

const isReporting = (device: Device, nowAt: number): boolean =>
  ['live', 'late'].includes(deviceFreshness(device, nowAt));
