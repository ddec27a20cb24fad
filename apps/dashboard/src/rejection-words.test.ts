import { brokerRules, consequences } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { endingWords, expectedWords, placeWords, rejectionWords } from './rejection-words.ts';

const wrong = (rule: string, path: string, expected: string) => ({ rule, path, expected });

describe('what a rejected message should have been', () => {
  it.each([
    [wrong('type', '/values/temperature', 'must be number'), 'A number, without quotation marks or a unit.'],
    [wrong('type', '/seq', 'must be integer'), 'A whole number.'],
    [wrong('type', '/values/heating', 'must be boolean'), 'true or false.'],
    [wrong('type', '', 'must be object'), 'An object: { … }.'],
    [wrong('minimum', '/values/temperature', 'must be >= -50'), 'At least −50.'],
    [wrong('maximum', '/values/humidity', 'must be <= 100'), 'At most 100.'],
    [wrong('exclusiveMinimum', '/commands/set/setpoint/step', 'must be > 0'), 'More than 0.'],
    [wrong('required', '', 'must have required properties boot, seq'), 'The fields boot and seq.'],
    [wrong('required', '', 'must have required properties seq'), 'The field seq.'],
    [wrong('minProperties', '/values', 'must not have fewer than 1 properties'), 'At least one field.'],
    [wrong('minLength', '/maker', 'must not have fewer than 1 characters'), 'At least 1 character.'],
    [wrong('maxLength', '/maker', 'must not have more than 64 characters'), 'At most 64 characters.'],
    [wrong('const', '/contract', 'must be equal to constant'), '1, the version of the contract.'],
    [wrong('enum', '/values/mode', 'one of off, heat, auto'), 'off, heat or auto.'],
    [wrong('exactly-one', '', 'exactly one of at and uptime'), 'Exactly one of at and uptime.'],
    [wrong('unit', '/quantities/temperature/unit', '°C'), '°C'],
  ])('is told in words: %o', (message, words) => {
    expect(expectedWords(message)).toBe(words);
  });

  it('names the quantity that a misspelt one looks like', () => {
    expect(expectedWords(wrong('additionalProperties', '/values', 'no field temprature'))).toBe(
      'No field temprature. Did you mean temperature?',
    );
    expect(expectedWords(wrong('additionalProperties', '/quantities', 'no field setPoint'))).toBe(
      'No field setPoint. Did you mean setpoint?',
    );
    expect(expectedWords(wrong('additionalProperties', '/values', 'no field temp'))).toBe(
      'No field temp. Did you mean temperature?',
    );
    expect(expectedWords(wrong('additionalProperties', '/values', 'no field noise'))).toBe('No field noise.');
    // Beside the values a quantity would be just as wrong.
    expect(expectedWords(wrong('additionalProperties', '', 'no field signl'))).toBe('No field signl.');
  });

  it('keeps what the broker says in its own sentences', () => {
    const words = 'Publish to hearth/v1/home/a/reading only';
    expect(expectedWords(wrong('foreign-topic', '', words))).toBe(`${words}.`);
  });
});

it('says where in words for the whole message, as a pointer inside it, and nowhere for what is no message', () => {
  const taken = { consequence: 'acknowledged' as const };
  expect(placeWords({ ...wrong('json', '', 'a JSON object'), ...taken })).toBe('the whole message');
  expect(placeWords({ ...wrong('type', '/values/temperature', 'must be number'), ...taken })).toBe(
    '/values/temperature',
  );
  expect(placeWords({ path: '', consequence: 'not-connected' })).toBe(null);
});

it('says which were acknowledged, and for which the connection was closed', () => {
  const said = consequences.map((consequence) => endingWords({ consequence }));
  expect(new Set(said).size).toBe(consequences.length);
  expect(endingWords({ consequence: 'acknowledged' })).toMatch(/^Taken off the wire and kept here/);
  expect(endingWords({ consequence: 'closed' })).toBe('The connection was closed.');
});

it('names every rule that a part may name', () => {
  const named = `utf-8 depth json unit range fault exactly-one additionalProperties required type minimum
    maximum exclusiveMinimum enum const pattern minLength maxLength minProperties uniqueItems set-without-quantity
    not-in-manifest clock topic home direction retained device-id too-many-devices store schema`;
  for (const rule of [...named.split(/\s+/), ...brokerRules])
    expect(rejectionWords({ rule })).not.toContain('“');
  expect(rejectionWords({ rule: 'new-one' })).toBe('The rule “new-one” was broken');
});
