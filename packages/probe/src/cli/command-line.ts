import { readFileSync } from 'node:fs';
import { readCommandLine, UsageError } from '@hearth/part';
import type { QoS } from 'mqtt-packet';

/** What a command line and its settings ask for. */
export interface Command {
  broker: string;
  user?: string;
  password?: string;
  /** PEM. */
  ca?: string;
  isNameChecked: boolean;
  /** Topics begin with it; none where one is to be made up. */
  topic?: string;
  levels: readonly QoS[];
  runs: number;
  /** Goes on until it is stopped, with a run in so many seconds; null for `runs` and an end. */
  everyS: number | null;
  timeoutMs: number;
  /** A Hearth that is told, and its token. */
  report?: { url: string; token: string };
  isJson: boolean;
}

export const usage = `hearth-probe: goes to an MQTT broker and back, and measures each leg

  hearth-probe mqtt://HOST[:PORT]        any broker, five times
  hearth-probe --from FILE --every 30    as Hearth's System page has it, for good

  --user NAME            (the password is in HEARTH_PROBE_PASSWORD, or --password-file FILE)
  --ca FILE              the authority of an mqtts:// broker (default: the public ones)
  --any-name             the name in its certificate is not looked at
  --topic PREFIX         where it may publish and subscribe (default: hearth-probe/ and a random word)
  --qos 0,1,2            which levels                  --timeout SECONDS   of any leg (default: 10)
  --runs N               how often (default: 5)        --every SECONDS     5 or more; until it is stopped
  --report URL           a Hearth that is told         (its token is in HEARTH_PROBE_TOKEN, or --token-file FILE)
  --from FILE            broker, user, topic, ca, report and token as JSON; options go before
  --json                 for programs

Exit code 0: all of it was gone. 1: a leg failed, or the report was refused. 2: the command line cannot be understood.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  user: text,
  'password-file': text,
  ca: text,
  'any-name': flag,
  topic: text,
  qos: text,
  timeout: text,
  runs: text,
  every: text,
  report: text,
  'token-file': text,
  from: text,
  json: flag,
  help: { type: 'boolean', short: 'h' },
} as const;

type Settings = Partial<Record<'broker' | 'user' | 'topic' | 'ca' | 'report' | 'token', string>>;

/** Null where help is asked for. @throws {UsageError} @throws the system's error for a file that cannot be read. */
export function parseCommandLine(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  resolve: (file: string) => string,
): Command | null {
  const { values, positionals } = readCommandLine(argv, options);
  if (values.help || argv.length === 0) return null;
  if (positionals.length > 1) throw new UsageError(`what is ${positionals[1]}?`);
  const read = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : readFileSync(resolve(file), 'utf8').trim();
  const settings = settingsOf(read(values.from));
  const user = values.user ?? settings.user;
  const token = read(values['token-file']) ?? env['HEARTH_PROBE_TOKEN'] ?? settings.token;
  const password = read(values['password-file']) ?? env['HEARTH_PROBE_PASSWORD'] ?? settings.token;
  const ca = read(values.ca) ?? settings.ca;
  const topic = values.topic ?? settings.topic;
  const report = values.report ?? settings.report;
  if (report !== undefined && token === undefined)
    throw new UsageError('--report takes a token: HEARTH_PROBE_TOKEN, or --token-file');
  return {
    broker: brokerOf(positionals[0] ?? settings.broker),
    isNameChecked: !values['any-name'],
    levels: levelsOf(values.qos ?? '0,1,2'),
    runs: within('--runs', values.runs ?? '5', 1, 10_000),
    everyS: values.every === undefined ? null : within('--every', values.every, 5, 86_400),
    timeoutMs: within('--timeout', values.timeout ?? '10', 1, 600) * 1000,
    isJson: values.json ?? false,
    ...(user !== undefined && { user, password: password ?? '' }),
    ...(ca !== undefined && { ca }),
    ...(topic !== undefined && { topic: topicOf(topic) }),
    ...(report !== undefined && { report: { url: hearthOf(report), token: token! } }),
  };
}

function settingsOf(json: string | undefined): Settings {
  if (json === undefined) return {};
  try {
    const given = JSON.parse(json) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === 'string'));
  } catch {
    throw new UsageError('--from is no file of Hearth’s: it is not JSON');
  }
}

function brokerOf(url: string | undefined): string {
  if (url === undefined) throw new UsageError('which broker? mqtt://HOST or mqtts://HOST');
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^mqtts?:$/.test(parsed.protocol) || parsed.hostname === '')
    throw new UsageError(`${url} is no mqtt://HOST or mqtts://HOST`);
  if (parsed.username !== '' || parsed.password !== '')
    throw new UsageError('others see what is typed: give --user and HEARTH_PROBE_PASSWORD');
  const { protocol, hostname, port } = parsed;
  return `${protocol}//${hostname}:${port || (protocol === 'mqtts:' ? 8883 : 1883)}`;
}

function hearthOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`${url} is no address such as http://hearth.local:8080`);
  return new URL(url).origin;
}

function topicOf(topic: string): string {
  if (topic === '' || /[+#]/.test(topic)) throw new UsageError(`${topic} is no topic to publish on`);
  return topic;
}

function levelsOf(list: string): QoS[] {
  const levels = [...new Set(list.split(','))].map(Number);
  if (levels.some((level) => ![0, 1, 2].includes(level))) throw new UsageError(`--qos ${list}: of 0, 1, 2`);
  return levels.toSorted((a, b) => a - b) as QoS[];
}

function within(option: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`${option} ${given}: from ${least} to ${most}`);
  return value;
}
