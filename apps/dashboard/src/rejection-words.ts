import type { BrokerRule, Consequence, QuantityName, RejectedMessage } from '@hearth/contract';
import { labels } from './device-words.ts';
import { listWords } from './list-words.ts';

const brokerWords: Record<BrokerRule, string> = {
  'wrong-secret': 'Somebody used this name with a wrong password',
  'former-secret': 'It used its former password, whose time has run out',
  'wrong-certificate': 'Somebody used this name with a certificate that holds no more',
  'user-name': 'The user name is not the one of its certificate',
  'client-id': 'The client id is not the device’s own',
  keepalive: 'Its keepalive is not one that is taken',
  protocol: 'It speaks another version of MQTT',
  will: 'Its will is not one that a device may have',
  flapping: 'It connected again and again',
  sessions: 'It keeps too many sessions',
  'foreign-topic': 'It wrote on a topic that is not its own',
  'topic-name': 'That is not a topic to write on',
  size: 'The message is too long',
  qos: 'The quality of service is not one that is taken',
  retain: 'The message must not be retained',
  control: 'That topic is the server’s own',
  'foreign-filter': 'It asked for a topic that is not its own',
  filter: 'It asked for topics in a way that is not allowed',
  filters: 'It asked for too many topics',
  gone: 'Its password is void',
  busy: 'There was no room for the message',
  inflight: 'It began too many messages of QoS 2 and ended none',
  'retained-full': 'There is no room for one more retained message',
  storage: 'The disk of the broker could not keep it',
  malformed: 'It sent what is not MQTT',
  slow: 'It began a packet and did not end it',
  internal: 'The broker could not decide on it',
};

const rules: Record<string, string> = {
  ...brokerWords,
  // Of the contract's payloads.
  'utf-8': 'The text is not UTF-8',
  depth: 'The message is nested too deep',
  json: 'The message is not JSON',
  schema: 'The message does not fit the contract',
  unit: 'The unit is not the one this quantity has',
  range: 'The limits are the wrong way round',
  fault: 'A missing value needs a reason',
  'exactly-one': 'Two fields exclude each other, or both are missing',
  additionalProperties: 'There is a field that does not belong',
  required: 'A field is missing',
  type: 'A field has the wrong type',
  minimum: 'A value is below its range',
  exclusiveMinimum: 'A value is below its range',
  maximum: 'A value is above its range',
  enum: 'A value is not one of the choices',
  const: 'The version of the contract is another',
  pattern: 'A text has characters that do not belong',
  minLength: 'A text is too short',
  maxLength: 'A text is too long',
  minProperties: 'An object is empty',
  uniqueItems: 'Something is in a list twice',
  'set-without-quantity': 'It takes a setting that it does not report',
  'not-in-manifest': 'A value that the device did not introduce',
  clock: 'The time of the reading cannot be',
  topic: 'There is no such topic',
  home: 'The topic names another home',
  direction: 'Only Hearth writes on this topic',
  retained: 'A response must not be retained',
  'device-id': 'The id belongs to another device',
  'too-many-devices': 'There are too many devices',
  store: 'The values could not be stored',
  // Of its envelope.
  'not-encrypted': 'It came in clear, and this device encrypts',
  encrypted: 'It came encrypted, and this device does not encrypt',
  'envelope-size': 'The envelope is too short',
  'envelope-key': 'It is encrypted with a former key',
  'envelope-secret': 'The key of this device is gone',
  'envelope-tag': 'It was not encrypted by this device, or altered on the way',
  'envelope-counter': 'The number of the envelope is not one that can be counted',
  replay: 'It came before',
};

/** Why a message was not taken, in a sentence; the rule's own name where it says enough. */
export function rejectionWords({ rule }: Pick<RejectedMessage, 'rule'>): string {
  return rules[rule] ?? `The rule “${rule}” was broken`;
}

/** Where in the message it was: a JSON pointer, or words for all of it; null for what is no message. */
export function placeWords({
  path,
  consequence = 'acknowledged',
}: Pick<RejectedMessage, 'path'> & Partial<Pick<RejectedMessage, 'consequence'>>): string | null {
  return path || (consequence === 'acknowledged' ? 'the whole message' : null);
}

const endings: Record<Consequence, string> = {
  acknowledged: 'Taken off the wire and kept here only; the device goes on.',
  'not-connected': 'It was not let in.',
  'not-subscribed': 'This subscription was refused; the connection stays.',
  closed: 'The connection was closed.',
};

/** What the device got for an answer. */
export function endingWords({ consequence }: Pick<RejectedMessage, 'consequence'>): string {
  return endings[consequence];
}

const kinds: Record<string, string> = {
  number: 'A number, without quotation marks or a unit.',
  integer: 'A whole number.',
  boolean: 'true or false.',
  string: 'Text in quotation marks.',
  object: 'An object: { … }.',
  array: 'A list: [ … ].',
};
const comparisons: Record<string, string> = {
  '>=': 'At least',
  '<=': 'At most',
  '>': 'More than',
  '<': 'Less than',
};

/** What the validator says in its own terms, and how people say it. The rest is in sentences already. */
const translations: [RegExp, (...found: string[]) => string][] = [
  [/^must be (\w+)$/u, (kind = '') => kinds[kind] ?? `Of the type ${kind}.`],
  [/^must be ([<>]=?) (.+)$/u, (sign = '', limit = '') => `${comparisons[sign]} ${limit.replace('-', '−')}.`],
  [/^must have required propert\w+ (.+)$/u, (names = '') => fieldsWords(names.split(', '))],
  [/^must not have fewer than 1 properties$/u, () => 'At least one field.'],
  [
    /^must not have (fewer|more) than (\d+) (\w+)$/u,
    (sign, count = '', what = '') => {
      const noun = count === '1' ? what.replace(/s$/u, '') : what;
      return `${sign === 'fewer' ? 'At least' : 'At most'} ${count} ${noun}.`;
    },
  ],
  [/^must be equal to constant$/u, () => '1, the version of the contract.'],
  [/^must not have duplicate items$/u, () => 'Each only once.'],
  [/^must match pattern/u, () => 'Only the characters that the contract allows here.'],
  [/^one of (.+)$/u, (names = '') => `${listWords(names.split(', '), 'or')}.`],
];

/** What would have been right, as a sentence; a misspelt quantity is told which one it looks like. */
export function expectedWords({ path, expected }: Pick<RejectedMessage, 'path' | 'expected'>): string {
  for (const [pattern, words] of translations) {
    const found = pattern.exec(expected);
    if (found) return words(...found.slice(1));
  }
  const [, stranger] = /^no field (\S+)$/u.exec(expected) ?? [];
  const meant = stranger && /^\/(values|quantities|faults)$/u.test(path) ? nearestQuantity(stranger) : null;
  return `${sentence(expected)}${meant ? ` Did you mean ${meant}?` : ''}`;
}

function fieldsWords(names: string[]): string {
  return `The field${names.length > 1 ? 's' : ''} ${listWords(names, 'and')}.`;
}

/** A capital and a full stop, but not for a unit, which is no sentence. */
function sentence(text: string): string {
  if (!/\s/u.test(text)) return text;
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/u.test(whole) ? whole : `${whole}.`;
}

/** Two slips of the finger are forgiven; beyond that a guess would mislead. */
const slipsMax = 2;

function nearestQuantity(name: string): QuantityName | null {
  const plain = name.toLowerCase();
  const begun = (Object.keys(labels) as QuantityName[]).find((quantity) => quantity.startsWith(plain));
  if (begun && plain.length >= 4) return begun;
  const near = (Object.keys(labels) as QuantityName[])
    .map((quantity) => ({ quantity, slips: slipsBetween(plain, quantity.toLowerCase()) }))
    .sort((a, b) => a.slips - b.slips)[0];
  return near && near.slips <= Math.min(slipsMax, plain.length / 3) ? near.quantity : null;
}

/** The Levenshtein distance: letters to add, drop or change. */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
