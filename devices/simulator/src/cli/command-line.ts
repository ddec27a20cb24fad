import { readCommandLine, UsageError } from '@hearth/part';
import { parseDuration } from '../duration.ts';
import type { Speed } from '../simulation.ts';

/** What a command line asks for. Durations in ms. */
export type Command =
  | {
      verb: 'run';
      file: string;
      forMs: number;
      speed: Speed;
      seed?: number;
      devices?: number;
      ledger?: string;
      isPlain: boolean;
      isJson: boolean;
    }
  | { verb: 'record'; file: string; filter: string; forMs: number; place: Place }
  | { verb: 'replay'; file: string; speed: Speed; place: Place }
  | { verb: 'help' };

/** A broker as the command line names it; the authority is a file here. */
interface Place {
  url: string;
  caFile?: string;
  clientId?: string;
}

export const usage = `hearth-sim: virtual homes with real physics over real MQTT

  hearth-sim run FILE            a home, a building or a fleet, as a YAML or JSON file tells it
    --for 10m                    so much simulated time; until Ctrl+C if not said
    --speed 60                   so many times faster, or max: as fast as the broker takes it
    --seed 7                     another weather, another chance; the same seed sends the same bytes
    --devices 1000               so many devices, the last home of the file repeated
    --ledger FILE                what each device made, sent and got acknowledged, as JSON Lines
    --plain                      lines in place of the live view
    --json                       the summary for programs

  hearth-sim record URL FILE     what any broker sends, as JSON Lines: time, topic, payload, qos, retain
    --topic '#'                  the topic filter
    --for 10m                    until Ctrl+C if not said
  hearth-sim replay FILE URL     the same again, with its timing
    --speed 60                   or max
    --ca FILE                    for both: authority (PEM) of an encrypted broker
    --client-id ID               for both: where the broker binds it to the name
  URL is mqtt://, mqtts://, ws:// or wss://, with name:password@ where the broker asks for them

Exit code: 0 nothing was lost, 1 something was or nobody was let in, 2 this cannot be understood.
docs/simulator.md begins with nothing.
`;

const options = {
  for: { type: 'string' },
  speed: { type: 'string' },
  seed: { type: 'string' },
  devices: { type: 'string' },
  ledger: { type: 'string' },
  plain: { type: 'boolean' },
  json: { type: 'boolean' },
  topic: { type: 'string' },
  ca: { type: 'string' },
  'client-id': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws {UsageError} */
export function parseCommandLine(argv: readonly string[]): Command {
  const { values, positionals } = readCommandLine(argv, options);
  const [verb, first, second, ...more] = positionals;
  if (values.help || verb === undefined || verb === 'help') return { verb: 'help' };
  if (verb !== 'run' && verb !== 'record' && verb !== 'replay')
    throw new UsageError(`there is no verb ${verb}: run, record or replay`);
  const known: ReadonlySet<string> = new Set(takes[verb]);
  const strange = Object.keys(values).find((name) => !known.has(name));
  if (strange !== undefined) throw new UsageError(`${verb} takes no --${strange}`);
  const surplus = verb === 'run' ? [second, ...more].filter((word) => word !== undefined) : more;
  if (surplus.length > 0) throw new UsageError(`this is one word too many: ${surplus.join(' ')}`);
  if (first === undefined || (verb !== 'run' && second === undefined))
    throw new UsageError(`${verb} takes ${{ run: 'FILE', record: 'URL FILE', replay: 'FILE URL' }[verb]}`);
  const forMs = values.for === undefined ? Infinity : duration('--for', values.for);
  const speed = values.speed === undefined ? 1 : speedOf(values.speed);
  const placeOf = (url: string): Place => ({
    url: urlOf(url),
    ...(values.ca !== undefined && { caFile: values.ca }),
    ...(values['client-id'] !== undefined && { clientId: values['client-id'] }),
  });
  if (verb === 'record')
    return { verb, place: placeOf(first), file: second!, filter: values.topic ?? '#', forMs };
  if (verb === 'replay') return { verb, file: first, place: placeOf(second!), speed };
  return {
    verb,
    file: first,
    forMs,
    speed,
    ...(values.seed !== undefined && { seed: whole('--seed', values.seed, 0, 4_294_967_295) }),
    ...(values.devices !== undefined && { devices: whole('--devices', values.devices, 1, 10_000) }),
    ...(values.ledger !== undefined && { ledger: values.ledger }),
    isPlain: values.plain ?? false,
    isJson: values.json ?? false,
  };
}

/** The options of each verb. */
const takes = {
  run: ['for', 'speed', 'seed', 'devices', 'ledger', 'plain', 'json'],
  record: ['for', 'topic', 'ca', 'client-id'],
  replay: ['speed', 'ca', 'client-id'],
};

function urlOf(text: string): string {
  if (!/^(mqtt|mqtts|ws|wss):\/\/./.test(text) || !URL.canParse(text))
    throw new UsageError(`a broker is an address such as mqtt://127.0.0.1:1883, got ${text}`);
  return text;
}

function duration(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms <= 0)
    throw new UsageError(`${option} takes a duration such as 30s or 10m, got ${text}`);
  return ms;
}

function speedOf(text: string): Speed {
  if (text === 'max') return text;
  const speed = Number(text);
  if (!(speed > 0 && speed <= 100_000)) throw new UsageError(`--speed takes a number or max, got ${text}`);
  return speed;
}

function whole(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < min || number > max)
    throw new UsageError(`${option} takes a whole number from ${min} to ${max}, got ${text}`);
  return number;
}
