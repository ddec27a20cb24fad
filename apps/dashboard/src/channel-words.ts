import type { ChannelPlace, NewChannel } from '@hearth/contract';
import type { PushError, PushObstacle } from './api/push.ts';

/** The ways in which people are told, as they are called. */
export const channelNames: Readonly<Record<ChannelPlace['kind'], string>> = {
  email: 'E-mail',
  ntfy: 'ntfy',
  telegram: 'Telegram',
  webhook: 'Webhook',
  homeassistant: 'Home Assistant',
  alertmanager: 'Alertmanager',
  push: 'Notifications',
};

/** Which alerts a channel gets. */
export const reachNames: Readonly<Record<NewChannel['reach'], string>> = {
  all: 'Every alert',
  urgent: 'Urgent ones',
  escalated: 'Those that nobody saw to',
};

/** One entry of the form for a channel. */
export interface PlaceField {
  name: string;
  label: string;
  hint?: string;
  value?: string;
  isSecret?: boolean;
  isOptional?: boolean;
}

const web = (label: string, hint: string, value = ''): PlaceField => ({ name: 'url', label, hint, value });

/** What has to be known of each way. */
export const placeFields: Readonly<Record<ChannelPlace['kind'], readonly PlaceField[]>> = {
  email: [
    { name: 'to', label: 'To', hint: 'The address that alerts are sent to.' },
    { name: 'from', label: 'From' },
    { name: 'host', label: 'Mail server', hint: 'Such as smtp.example.org.' },
    { name: 'port', label: 'Port', value: '465', hint: '465 with TLS, 587 with STARTTLS.' },
    { name: 'user', label: 'User name', isOptional: true },
    { name: 'secret', label: 'Password', isSecret: true, isOptional: true },
  ],
  ntfy: [
    web('Server', 'ntfy.sh, or one of your own.', 'https://ntfy.sh'),
    { name: 'topic', label: 'Topic', hint: 'Who knows it can read along: choose one that nobody guesses.' },
    { name: 'secret', label: 'Access token', isSecret: true, isOptional: true },
  ],
  telegram: [
    web('Server', 'Leave it unless you run one.', 'https://api.telegram.org'),
    { name: 'chatId', label: 'Chat id' },
    { name: 'secret', label: 'Token of the bot', isSecret: true },
  ],
  webhook: [web('Address', 'Hearth signs what it sends; the secret for it is shown once.')],
  alertmanager: [
    web('Address', 'Such as http://127.0.0.1:9093.'),
    { name: 'secret', label: 'Bearer token', isSecret: true, isOptional: true },
  ],
  homeassistant: [],
  push: [],
};

/** What was filled in, as the api takes it; entries that were left empty are left out. */
export function placeOf(kind: ChannelPlace['kind'], entries: Readonly<Record<string, string>>): ChannelPlace {
  const given = Object.fromEntries(
    placeFields[kind].flatMap(({ name }) => {
      const text = entries[name]?.trim() ?? '';
      return text === '' ? [] : [[name, name === 'port' ? Number(text) : text]];
    }),
  );
  const security = given['port'] === 465 ? 'tls' : given['port'] === 587 ? 'starttls' : 'none';
  return { kind, ...given, ...(kind === 'email' && { security }) } as ChannelPlace;
}

/** What a field of the form begins with: what the channel has, or what is usual. */
export function fieldValue({ name, value = '' }: PlaceField, place: ChannelPlace | undefined): string {
  const present = (place ?? { [name]: value }) as Readonly<Record<string, string | number | undefined>>;
  return String(present[name] ?? '');
}

/** Where it goes to, in a few words. */
export function placeWords(place: ChannelPlace): string {
  if (place.kind === 'email') return place.to;
  if (place.kind === 'ntfy') return `${new URL(place.url).host}/${place.topic}`;
  if (place.kind === 'telegram') return `chat ${place.chatId}`;
  return place.kind === 'homeassistant' ? '' : new URL(place.url).host;
}

/** What the browser that this page is in runs on. */
export function thisMachine(agent: string): { name: string; word: 'phone' | 'computer' } {
  const [name] = /iPhone|iPad|Android/.exec(agent) ?? [];
  return name === undefined ? { name: 'Computer', word: 'computer' } : { name, word: 'phone' };
}

/** Why this browser is not notified, and what to do. */
export function pushWords(why: PushObstacle | PushError['code'], agent: string): string {
  const { name, word } = thisMachine(agent);
  if (why === 'insecure') return `This ${word} can be notified where Hearth is opened over https.`;
  if (why === 'refused') return `Notifications of Hearth are blocked in this ${word}’s settings.`;
  if (why === 'no-service')
    return 'This browser’s push service did not answer. It is in the internet: try again.';
  return name.startsWith('iP')
    ? `Add Hearth to the home screen and open it there: then this ${name} can be notified.`
    : 'This browser takes no notifications.';
}
