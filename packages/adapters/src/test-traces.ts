import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Values } from '@hearth/contract';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const text = Type.String({ minLength: 1 });
const day = Type.String({ pattern: '^20\\d\\d-\\d\\d-\\d\\d$' });
const closed = { additionalProperties: false };

/** Where a trace comes from: software that ran, or what is written of it. */
const Source = Type.Union([
  Type.Object({ source: Type.Literal('captured'), of: text, version: text, date: day, note: text }, closed),
  Type.Object(
    {
      source: Type.Literal('documentation'),
      of: text,
      version: text,
      url: Type.String({ pattern: '^https://' }),
      date: day,
      note: text,
    },
    closed,
  ),
]);

/** A message: JSON, or text as it is. `says` is what Hearth has of it, by device; `*` is the only one. */
const TracedMessage = Type.Object(
  {
    name: text,
    topic: text,
    payload: Type.Unknown(),
    retained: Type.Optional(Type.Literal(true)),
    says: Type.Optional(Type.Record(text, Type.Record(text, Type.Unknown()))),
  },
  closed,
);
type TracedMessage = Omit<Static<typeof TracedMessage>, 'says'> & { says?: Record<string, Values> };

/** Messages of one program in the order in which it sends them, and where they are from. */
export interface Trace {
  source: Static<typeof Source>;
  messages: readonly TracedMessage[];
  /** A message by its name. @throws when there is none of it */
  message(name: string): TracedMessage;
  /** The payload of one that is JSON. @throws when there is none of this name */
  payload(name: string): object;
}

export const tracesFolder = join(import.meta.dirname, '../traces');

/** @throws when there is none, or its first line does not say where it is from */
export function readTrace(name: string): Trace {
  return parseTrace(readFileSync(join(tracesFolder, `${name}.jsonl`), 'utf8'));
}

/** JSON Lines: its source, then its messages. @throws on anything else */
export function parseTrace(lines: string): Trace {
  const [first, ...rest] = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  if (!Value.Check(Source, first)) throw new Error(`a trace without a source: ${JSON.stringify(first)}`);
  const messages = rest.map((each) => {
    if (!Value.Check(TracedMessage, each)) throw new Error(`not a message: ${JSON.stringify(each)}`);
    return each;
  });
  const message = (name: string): TracedMessage => {
    const found = messages.find((each) => each.name === name);
    if (!found) throw new Error(`no message "${name}" in the trace of ${first.of}`);
    return found;
  };
  return { source: first, messages, message, payload: (name) => message(name).payload as object };
}
