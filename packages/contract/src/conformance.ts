import { Type, type Static } from 'typebox';
import { DeviceId, HomeId, Instant, RequestId } from './ids.ts';
import { closed, ms, nullable } from './shorthand.ts';

/** What the checks of a device are about, in the order in which they are shown. */
export const checkChapters = [
  'connect',
  'birth',
  'readings',
  'requests',
  'writes',
  'safety',
  'endurance',
] as const;

/** What a hand does to a device while it is checked. */
export const movements = ['sensor-out', 'sensor-in', 'knob', 'clock-ahead', 'clock-back'] as const;

const checkId = Type.String({ description: '`chapter.name`', examples: ['requests.stale'] });
const level = Type.Enum(['must', 'should', 'info'], {
  description:
    'must: without it a device is not let in, loses data, or heats when nobody wants it to. should: it is the worse for it. info never counts.',
});
const says = Type.String({ description: 'The rule, as a sentence whose subject is the device.' });

/** One rule that a device is tried for. */
export const CheckRule = Type.Object({ id: checkId, level, says });
export type CheckRule = Static<typeof CheckRule>;

/** What came of one check. */
export const CheckResult = Type.Object({
  ...CheckRule.properties,
  clause: Type.String({ description: 'Heading of docs/device-makers.md.' }),
  verdict: Type.Enum(['pass', 'fail', 'not-applicable', 'not-run']),
  why: Type.Optional(Type.String({ description: 'What was seen, or why it was not tried.' })),
  scaled: Type.Optional(Type.String({ description: 'What was made shorter in a quick run.' })),
  mend: Type.Optional(Type.String({ description: 'How to mend it, where it failed.' })),
  evidence: Type.Optional(
    Type.Array(Type.String(), {
      description: 'What was seen, a line each: seconds, connection, direction, packet.',
    }),
  ),
});
export type CheckResult = Static<typeof CheckResult>;

const count = Type.Integer({ minimum: 0 });

/** What a run found: `incomplete` where nothing failed that must hold, and something of it could not be tried. */
export const CheckSummary = Type.Object({
  outcome: Type.Enum(['passed', 'incomplete', 'failed']),
  passed: count,
  failed: count,
  notApplicable: count,
  notRun: count,
});
export type CheckSummary = Static<typeof CheckSummary>;

/** What a device said of itself, as far as it did. */
export const CheckedDevice = Type.Object({
  maker: Type.String(),
  model: Type.String(),
  firmware: Type.String(),
});
export type CheckedDevice = Static<typeof CheckedDevice>;

/** Which device is checked, and how. */
export const StartCheck = Type.Object(
  {
    device: DeviceId,
    host: Type.String({
      maxLength: 253,
      pattern: '^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+)$',
      description: 'Name or address that the device calls this machine by; the certificate is for it.',
      examples: ['192.168.1.10'],
    }),
    isQuick: Type.Boolean({ description: 'Short times and few repetitions, named in the results.' }),
    isPlain: Type.Boolean({ description: 'Without TLS.' }),
    hasHands: Type.Boolean({ description: 'Somebody is there to unplug its sensor and turn its knob.' }),
    chapters: Type.Optional(
      Type.Array(Type.Enum([...checkChapters]), {
        minItems: 1,
        uniqueItems: true,
        description: 'These alone; all where it is left out.',
      }),
    ),
  },
  closed,
);
export type StartCheck = Static<typeof StartCheck>;

/** Something that a person has to do to the device now. Not done by `until`, it counts as what cannot be done. */
export const CheckStep = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  movement: Type.Enum([...movements]),
  until: Instant,
});
export type CheckStep = Static<typeof CheckStep>;

/**
 * A device being checked, or the last one that was. `waiting` for its first reading, `running`, `ended` with a summary,
 * `stopped` by a person, or `broken`: see `problem`.
 */
export const CheckRun = Type.Object({
  id: RequestId,
  state: Type.Enum(['waiting', 'running', 'ended', 'stopped', 'broken']),
  asked: StartCheck,
  home: HomeId,
  port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'Where the device connects to.' }),
  startedAt: Instant,
  waitsUntil: Instant,
  endedAt: nullable(Instant),
  problem: nullable(Type.String()),
  device: nullable(CheckedDevice),
  rules: Type.Array(CheckRule, {
    description: 'What is checked in this run, in the order in which it is shown.',
  }),
  now: nullable(checkId, { description: 'The check that is being done.' }),
  step: nullable(CheckStep),
  results: Type.Array(CheckResult, { description: 'As they came. What passed is without its evidence.' }),
  summary: nullable(CheckSummary),
});
export type CheckRun = Static<typeof CheckRun>;

/** `host` is where devices find this machine, as far as the owner has set it. */
export const Conformance = Type.Object({ run: nullable(CheckRun), host: nullable(Type.String()) });
export type Conformance = Static<typeof Conformance>;

/** What the device is told to connect with. Shown once, and good for this run alone. */
export const StartedCheck = Type.Object({ run: CheckRun, secret: Type.String() });
export type StartedCheck = Static<typeof StartedCheck>;

/** Whether the person has done what was asked for. */
export const AnsweredStep = Type.Object(
  { number: CheckStep.properties.number, isDone: Type.Boolean() },
  closed,
);

/** The certificate of a run: as JSON, signed, or as a page that holds it. */
export const CertificateQuery = Type.Object({ format: Type.Enum(['json', 'html']) }, closed);

/** A run went on: fetch it again. Progress comes at most four times a second, the rest at once. */
export const CheckEvent = Type.Object({ id: RequestId, state: CheckRun.properties.state });
export type CheckEvent = Static<typeof CheckEvent>;

/**
 * What the kit says with `--jsonl`, a JSON object a line. It opens, may name the device, tells each check and its
 * result, asks for a hand, and ends; a line at its input answers: `done` or `cannot`.
 */
export const KitLine = Type.Union([
  Type.Object({
    line: Type.Literal('open'),
    port: CheckRun.properties.port,
    secret: Type.String(),
    ca: nullable(Type.String(), { description: 'Certificate of the authority, PEM; null without TLS.' }),
    waitMs: ms,
    rules: CheckRun.properties.rules,
  }),
  Type.Object({ line: Type.Literal('device'), device: CheckedDevice }),
  Type.Object({ line: Type.Literal('check'), id: checkId }),
  Type.Object({
    line: Type.Literal('step'),
    movement: CheckStep.properties.movement,
    withinMs: ms,
  }),
  Type.Object({ line: Type.Literal('result'), result: CheckResult }),
  Type.Object({ line: Type.Literal('end'), device: CheckedDevice, summary: CheckSummary }),
  Type.Object({
    line: Type.Literal('error'),
    error: Type.String(),
    code: Type.Optional(
      Type.String({ description: 'The system’s, where it refused something: EADDRINUSE.' }),
    ),
  }),
]);
export type KitLine = Static<typeof KitLine>;
