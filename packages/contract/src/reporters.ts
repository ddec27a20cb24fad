import { Type, type Static } from 'typebox';
import { DeviceId, Instant, Name } from './ids.ts';
import { echoLegs, reportedRunsMax } from './probe-legs.ts';
import { LegFigures, ProbeFailing, ProbeRun } from './probes.ts';
import { closed, nullable } from './shorthand.ts';

/** Of a broker that is probed from elsewhere. */
const brokerUrl = Type.String({
  maxLength: 200,
  pattern: '^mqtts?://[A-Za-z0-9.:\\[\\]%_-]+$',
  examples: ['mqtts://192.168.1.10:8883'],
});
const everyS = nullable(Type.Integer({ minimum: 1, maximum: 86_400 }), {
  description: 'Seconds from one run to the next; null where it runs when somebody starts it.',
});

/** What a person gives to a machine from which it is probed; no two have the same. */
export const NewReporter = Type.Object(
  { name: Name },
  { ...closed, examples: [{ name: 'Garage computer' }] },
);

/** All that `hearth-probe` needs there, shown once. The token is its password at the broker as well. */
export const MadeReporter = Type.Object({
  id: DeviceId,
  name: Name,
  token: Type.String({ description: '256 random bits, base64url; kept only as its SHA-256.' }),
  broker: nullable(
    Type.Object({
      url: brokerUrl,
      topic: Type.String({ description: 'Where it may publish and subscribe: below this.' }),
      ca: nullable(Type.String(), { description: 'PEM of the authority of our broker’s certificate.' }),
    }),
    { description: 'Null where this broker lets in by hand: the probe needs a name and password there.' },
  ),
});
export type MadeReporter = Static<typeof MadeReporter>;

/** What `hearth-probe` knows of another machine, as the page shows it. */
export const Reporter = Type.Object({
  id: DeviceId,
  name: Name,
  addedAt: Instant,
  heardAt: nullable(Instant, { description: 'Its last report; null before the first.' }),
  isOverdue: Type.Boolean({ description: 'Nothing was heard for longer than it takes for three runs.' }),
  everyS,
  broker: nullable(brokerUrl, { description: 'What it probes.' }),
  last: nullable(ProbeRun),
  failing: ProbeFailing,
  legs: Type.Array(LegFigures, { description: 'Of the last seven days.' }),
});
export type Reporter = Static<typeof Reporter>;

const echoLeg = Type.Enum([...echoLegs]);

/** Runs since the last report that was taken, the oldest first. By age: the clock of that machine may be wrong. */
export const Report = Type.Object(
  {
    broker: brokerUrl,
    everyS,
    runs: Type.Array(
      Type.Object(
        {
          agoMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }),
          legs: Type.Array(
            Type.Object({ leg: echoLeg, ms: Type.Number({ minimum: 0, maximum: 600_000 }) }, closed),
            { maxItems: echoLegs.length },
          ),
          failed: Type.Optional(
            Type.Object(
              {
                leg: echoLeg,
                reason: Type.String({
                  minLength: 1,
                  maxLength: 300,
                  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
                }),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
      { minItems: 1, maxItems: reportedRunsMax },
    ),
  },
  closed,
);
export type Report = Static<typeof Report>;
