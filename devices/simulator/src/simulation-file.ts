import { readFileSync } from 'node:fs';
import { DeviceId, homeIdPattern, Name } from '@hearth/contract';
import { Type, type Static, type TProperties } from 'typebox';
import { Default, Errors } from 'typebox/value';
import { parse, YAMLParseError } from 'yaml';
import { durationPattern } from './duration.ts';
import { faultNames, faultTable } from './fault-table.ts';

const object = <P extends TProperties>(properties: P, more = {}) =>
  Type.Object(properties, { additionalProperties: false, ...more });
const duration = (description: string, more = {}) =>
  Type.String({ pattern: durationPattern, description, examples: ['30s', '10m'], ...more });
const hour = Type.Number({
  minimum: 0,
  exclusiveMaximum: 24,
  description: 'Hour of the day, 6.5 is half past six.',
});
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const roomId = Type.String({
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  maxLength: 20,
  description: 'Part of device ids.',
});

const RoomSketch = object({
  id: roomId,
  name: Type.Optional(Name),
  devices: Type.Array(Type.Enum(['thermostat', 'heater', 'sensor']), {
    default: ['thermostat', 'heater'],
    minItems: 1,
    uniqueItems: true,
    description: 'What reports from the room.',
  }),
  floorM2: Type.Number({ default: 16, minimum: 2, maximum: 2000, description: 'Floor area, m².' }),
  heightM: Type.Number({ default: 2.6, minimum: 1.8, maximum: 20, description: 'Height, m.' }),
  wallM2: Type.Number({
    default: 10,
    exclusiveMinimum: 0,
    maximum: 5000,
    description: 'Walls to the outside, m².',
  }),
  wallWPerM2K: Type.Number({ default: 0.6, minimum: 0.05, maximum: 4, description: 'Their U, W/(m² K).' }),
  windowM2: Type.Number({ default: 2.5, exclusiveMinimum: 0, maximum: 1000, description: 'Windows, m².' }),
  windowWPerM2K: Type.Number({ default: 1.6, minimum: 0.4, maximum: 6, description: 'Their U, W/(m² K).' }),
  facingDeg: Type.Number({
    default: 180,
    minimum: 0,
    maximum: 360,
    description: 'Where they look, from north.',
  }),
  weight: Type.Enum(['light', 'medium', 'heavy'], {
    default: 'medium',
    description: 'How heavy it is built.',
  }),
  airChangesPerH: Type.Number({ default: 0.6, minimum: 0, maximum: 20 }),
  heaterW: Type.Number({ default: 1500, minimum: 100, maximum: 20_000, description: 'Rated power, W.' }),
  moisturePa: Type.Number({
    default: 350,
    minimum: 0,
    maximum: 1500,
    description: 'Vapour over the air outside, Pa.',
  }),
  mode: Type.Enum(['off', 'heat', 'auto'], { default: 'auto' }),
  schedule: Type.Array(object({ from: hour, setpoint: Type.Number({ minimum: 5, maximum: 30 }) }), {
    default: [
      { from: 6, setpoint: 20.5 },
      { from: 22.5, setpoint: 17.5 },
    ],
    minItems: 1,
    description: 'Setpoints (°C) of mode auto, in order of their hour; the last holds over midnight.',
  }),
  presence: Type.Array(
    object({
      from: hour,
      people: Type.Number({ default: 0, minimum: 0, maximum: 500 }),
      appliancesW: Type.Number({ default: 0, minimum: 0, maximum: 50_000 }),
      open: Type.Optional(share('How far the window is open.')),
    }),
    { default: [], description: 'How a usual day warms and airs it, in order of the hour.' },
  ),
  sensor: object(
    {
      lag: duration('How slowly it follows the air.', { default: '60s' }),
      noiseK: Type.Number({ default: 0.02, minimum: 0, maximum: 5 }),
      stepK: Type.Number({ default: 0.1, exclusiveMinimum: 0, maximum: 5 }),
    },
    { default: {} },
  ),
});
export type RoomSketch = Static<typeof RoomSketch>;

const HomeSketch = object({
  id: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
      maxLength: 12,
      description: 'What its device ids begin with; of many homes each adds its number.',
    }),
  ),
  count: Type.Integer({ default: 1, minimum: 1, maximum: 10_000, description: 'So many homes like this.' }),
  like: Type.Optional(
    Type.Literal('demo', { description: 'The six rooms of the demo home, in place of rooms.' }),
  ),
  rooms: Type.Optional(Type.Array(RoomSketch, { minItems: 1, maxItems: 40 })),
  walls: Type.Array(
    object({
      between: Type.Array(roomId, { minItems: 2, maxItems: 2 }),
      wPerK: Type.Number({ minimum: 0, maximum: 1000 }),
    }),
    {
      default: [],
      description: 'Walls between rooms: W for each kelvin of difference, 2 for each m² of a light one.',
    },
  ),
  outside: Type.Boolean({ default: true, description: 'Has a sensor outdoors.' }),
});
export type HomeSketch = Static<typeof HomeSketch>;

const homeId = Type.String({
  pattern: `^${homeIdPattern}$`,
  default: 'home',
  description: 'Home in their topics.',
});

const accessOptions = { default: { pattern: {} }, description: 'How the devices are let in.' };
const Access = Type.Union(
  [
    object({
      enrol: object(
        {
          api: Type.String({ default: 'http://127.0.0.1:8080', pattern: '^https?://' }),
          tokenFile: Type.String({ default: 'data/demo/token', minLength: 1 }),
        },
        {
          description: 'Ask Hearth for credentials, with the token that it keeps while it wants a demo home.',
        },
      ),
    }),
    object({
      pattern: object(
        {
          home: homeId,
          username: Type.String({
            default: '{device}',
            description: '{device} and {n} (from 1); empty for none.',
          }),
          password: Type.String({ default: '', description: '{device} and {n}.' }),
        },
        { description: 'For other brokers: names and passwords by a pattern.' },
      ),
    }),
    object({
      devices: Type.Array(object({ id: DeviceId, secret: Type.String({ minLength: 1 }) }), {
        minItems: 1,
        maxItems: 10_000,
      }),
      home: homeId,
    }),
    object({
      file: Type.String({
        minLength: 1,
        description: 'JSON file {"credentials": […]} as enrolment gives them.',
      }),
    }),
  ],
  accessOptions,
);

const FaultEntry = object({
  at: duration('How long after the start.', { default: '0s' }),
  devices: Type.String({
    default: '*',
    minLength: 1,
    description: 'Device ids, * stands for anything, several with commas.',
    examples: ['kitchen-thermostat', 'flat3-*'],
  }),
  fault: Type.Enum([...faultNames], {
    description: faultNames.map((name) => `${name}: ${faultTable[name].does}`).join('\n'),
  }),
  for: Type.Optional(duration('How long; to the end if not set.')),
  by: Type.Optional(
    Type.Union([Type.String({ minLength: 1 }), Type.Number()], {
      description: 'How much, where a fault has a measure.',
    }),
  ),
});

/** A simulation as its file tells it: where to, what homes, and what goes wrong when. */
export const SimulationFile = object(
  {
    $schema: Type.Optional(Type.String()),
    broker: object(
      {
        url: Type.String({
          default: 'mqtt://127.0.0.1:1883',
          pattern: '^mqtts?://',
          description: 'mqtt:// or mqtts://',
        }),
        caFile: Type.Optional(
          Type.String({ minLength: 1, description: 'Authority (PEM) of an mqtts:// broker.' }),
        ),
      },
      { default: {}, description: 'Where the devices connect to; enrolled ones are told by Hearth.' },
    ),
    access: Access,
    receipts: Type.Optional(
      Type.Boolean({
        description:
          'A device keeps readings until Hearth says that they are stored; else until PUBACK. True with enrol.',
      }),
    ),
    seed: Type.Integer({
      default: 1,
      minimum: 0,
      maximum: 4_294_967_295,
      description: 'The same seed, the same home.',
    }),
    period: duration('Time between two readings of a device.', { default: '10s' }),
    keepalive: duration('MQTT keepalive.', { default: '60s' }),
    connectsPerSecond: Type.Number({ default: 200, minimum: 0.1, maximum: 100_000 }),
    history: duration('Past that is delivered first.', { default: '0s' }),
    start: Type.Optional(
      Type.String({
        pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
        description: 'When it begins for the devices; now if not set.',
        examples: ['2026-01-15T06:00:00Z'],
      }),
    ),
    homes: Type.Array(HomeSketch, { minItems: 1, maxItems: 100, default: [{ id: 'demo', like: 'demo' }] }),
    faults: Type.Array(FaultEntry, { default: [], description: 'What goes wrong, and when.' }),
  },
  { title: 'A simulation of hearth-sim' },
);
export type SimulationFile = Static<typeof SimulationFile>;

/** A file that is no simulation; the message says where and why. */
export class SimulationFileError extends Error {
  override readonly name = 'SimulationFileError';
  readonly code = 'simulation-file';
}

/** @throws {SimulationFileError} when it cannot be read, is neither YAML nor JSON, or does not fit the schema. */
export function readSimulation(path: string): SimulationFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SimulationFileError(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    return parseSimulation(text);
  } catch (error) {
    if (error instanceof SimulationFileError) throw new SimulationFileError(`${path}: ${error.message}`);
    throw error;
  }
}

/** The same of its text, YAML or JSON. @throws {SimulationFileError} */
export function parseSimulation(text: string): SimulationFile {
  let given: unknown;
  try {
    given = parse(text) ?? {};
  } catch (error) {
    if (error instanceof YAMLParseError) throw new SimulationFileError(error.message.split('\n')[0]);
    throw error;
  }
  const wrong = explain(given);
  if (wrong !== null) throw new SimulationFileError(wrong);
  return Default(SimulationFile, given) as SimulationFile;
}

/** What is wrong with it first, in words; null when nothing is. */
function explain(given: unknown): string | null {
  const [error] = Errors(SimulationFile, Default(SimulationFile, structuredClone(given)));
  if (!error) return null;
  const { instancePath, message, params, keyword } = error;
  const where = instancePath.slice(1).replaceAll('/', '.') || 'the file';
  if (/^\/access(\/|$)/.test(instancePath)) return 'access has to be one of enrol, pattern, devices and file';
  if (keyword === 'boolean') return `${where} is not known`;
  if (keyword === 'pattern') return `${where} is not written as it has to be`;
  const { allowedValues } = params as { allowedValues?: unknown[] };
  return `${where} ${message}${allowedValues ? `: ${allowedValues.join(', ')}` : ''}`;
}
