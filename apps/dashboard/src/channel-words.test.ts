import { expect, it } from 'vitest';
import type { ChannelPlace } from '@hearth/contract';
import { fieldValue, placeFields, placeOf, pushWords, thisMachine } from './channel-words.ts';

const mail: ChannelPlace = {
  kind: 'email',
  host: 'smtp.example.org',
  port: 587,
  security: 'starttls',
  from: 'hearth@example.org',
  to: 'ada@example.org',
};

it('a form begins with what the channel has, without a secret, and gives the same back', () => {
  const filled = placeFields.email.map((field) => [field.name, fieldValue(field, mail)] as const);
  expect(Object.fromEntries(filled)).toMatchObject({ port: '587', user: '', secret: '' });
  expect(placeOf('email', Object.fromEntries(filled))).toEqual(mail);
  const fresh = placeFields.email.map((field) => fieldValue(field, undefined));
  expect(fresh.filter(Boolean)).toEqual(['465']);
});

it.for([
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0)', 'iPhone', 'phone', /home screen/],
  ['Mozilla/5.0 (Linux; Android 16; Pixel 9)', 'Android', 'phone', /takes no notifications/],
  ['Mozilla/5.0 (X11; Linux x86_64)', 'Computer', 'computer', /takes no notifications/],
] as const)('%s is told what to do by what it is', ([agent, name, word, unable]) => {
  expect(thisMachine(agent)).toEqual({ name, word });
  expect(pushWords('unable', agent)).toMatch(unable);
  expect(pushWords('insecure', agent)).toContain(`This ${word} can be notified where`);
});
