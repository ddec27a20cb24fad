import type { Device } from '@hearth/contract';
import { duration, type Format } from './format.ts';
import { deviceFreshness, frostC, numberOf, troubleOf, type RoomView } from './room-view.ts';

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
  return `${first.name} has been silent for ${duration(nowAt - (first.lastMessageAt ?? nowAt))}.`;
}

/** At most three names, so that a dead access point does not fill the screen. */
function namesOf(devices: Device[]): string {
  const names = devices.slice(0, 3).map(({ name }) => name);
  return devices.length > 3 ? `${names.join(', ')} and ${devices.length - 3} more` : names.join(', ');
}

function moreWords(views: RoomView[], devices: readonly Device[], format: Format): string {
  const outside = devices.find(({ latest }) => typeof latest.outsideTemperature?.value === 'number');
  const outsideC = outside?.latest.outsideTemperature?.value;
  const heated = views.filter((view) => view.action === 'heating').length;
  const heatedWords = ['', 'One room is heating.'][heated] ?? `${heated} rooms are heating.`;
  return [typeof outsideC === 'number' ? `Outside ${format.degrees(outsideC)}.` : '', heatedWords]
    .filter(Boolean)
    .join(' ');
}

/** Sums up the home in one sentence; danger before faults before silence before calm. */
export function summarise(
  views: RoomView[],
  devices: readonly Device[],
  nowAt: number,
  format: Format,
): HomeSummary {
  // A device that was never heard is awaited, not silent.
  const heard = devices.filter((device) => device.lastMessageAt !== null);
  const states = heard.map((device) => ({ device, state: deviceFreshness(device, nowAt) }));
  const silent = states.filter(({ state }) => state === 'silent').map(({ device }) => device);
  const outlook = moreWords(views, devices, format);
  const also = silent.length > 0 ? `${silentWords(silent, nowAt)} ` : '';
  const more = also + outlook;
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
  const faulty = devices.find((device) => Object.values(device.latest).some((latest) => latest.fault));
  if (faulty && faulty.isOnline !== false) {
    const fault = Object.values(faulty.latest).find((latest) => latest.fault)?.fault ?? '';
    return { tone: 'bad', sentence: `${faulty.name} has a fault: ${fault}.`, more, deviceId: faulty.id };
  }
  if (silent[0])
    return { tone: 'warn', sentence: silentWords(silent, nowAt), more: outlook, deviceId: silent[0].id };
  const stale = states.filter(({ state }) => state === 'stale').map(({ device }) => device);
  if (stale[0])
    return { tone: 'warn', sentence: `${namesOf(stale)}: no news for a while.`, more, deviceId: stale[0].id };
  const count = heard.length;
  const sentence =
    count === 0
      ? 'Waiting for the first reading.'
      : count === 1
        ? 'The only device is answering.'
        : `All ${count} devices answering.`;
  return { tone: 'calm', sentence, more, deviceId: null };
}
