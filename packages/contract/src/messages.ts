import { Type, type Static } from 'typebox';
import { Boot, Conn, Instant, Name, RequestId, Seq, Uptime } from './ids.ts';
import {
  quantityNames,
  QuantityName,
  quantities,
  SetValues,
  valueSchemas,
  type Values,
} from './quantities.ts';
import type { MessageKind } from './topics.ts';
import { closed } from './shorthand.ts';

const text = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });

/** Units that a manifest may name: those of the quantity table, so that a °F device is told so at once. */
const units = [
  ...new Set(quantityNames.map((q) => (quantities[q].kind === 'number' ? quantities[q].unit : ''))),
];

/** One quantity in a manifest. Unit, range and resolution are for numbers; the period is for all. */
export const QuantityManifest = Type.Object(
  {
    unit: Type.Optional(Type.Enum(units.filter(Boolean), { examples: ['°C'] })),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
    resolution: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    periodMs: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 86_400_000, description: 'Longest time between two readings.' }),
    ),
  },
  closed,
);

/** `about`: what a device is and can do. Retained. */
export const About = Type.Object(
  {
    contract: Type.Literal(1, { description: 'Version of this contract.' }),
    maker: text,
    model: text,
    kind: Type.Enum(['heater', 'thermostat', 'sensor']),
    firmware: text,
    name: Type.Optional(Name),
    room: Type.Optional(Name),
    power: Type.Optional(Type.Enum(['mains', 'battery'])),
    simulated: Type.Optional(Type.Boolean({ description: 'True for a device that no house has.' })),
    quantities: Type.Object(
      Object.fromEntries(quantityNames.map((name) => [name, Type.Optional(QuantityManifest)])) as Record<
        QuantityName,
        ReturnType<typeof Type.Optional<typeof QuantityManifest>>
      >,
      { ...closed, minProperties: 1 },
    ),
    commands: Type.Object(
      {
        get: Type.Optional(Type.Boolean({ description: 'Answers requests for its present values.' })),
        set: Type.Optional(
          Type.Object(
            {
              setpoint: Type.Optional(
                Type.Object(
                  { min: Type.Number(), max: Type.Number(), step: Type.Number({ exclusiveMinimum: 0 }) },
                  closed,
                ),
              ),
              mode: Type.Optional(
                Type.Array(Type.Enum([...quantities.mode.choices]), { minItems: 1, maxItems: 3 }),
              ),
            },
            closed,
          ),
        ),
      },
      closed,
    ),
  },
  closed,
);
export type About = Static<typeof About>;

/**
 * `status`: retained, and the will. `boot` and `conn` are the counters of the connection it speaks of. With
 * `uptime` a device without a clock says when its boot began, before it hands in what it has buffered.
 */
export const Status = Type.Object(
  { online: Type.Boolean(), boot: Boot, conn: Conn, uptime: Type.Optional(Uptime) },
  closed,
);
export type Status = Static<typeof Status>;

const measured = {
  values: Type.Unsafe<Values>(
    Type.Object(
      Object.fromEntries(
        quantityNames.map((name) => [name, Type.Optional(Type.Union([valueSchemas[name], Type.Null()]))]),
      ),
      { ...closed, minProperties: 1 },
    ),
  ),
  faults: Type.Optional(
    Type.Unsafe<{ [Q in QuantityName]?: string }>(
      Type.Object(Object.fromEntries(quantityNames.map((name) => [name, Type.Optional(text)])), {
        ...closed,
        description: 'Why a value is null, by quantity.',
      }),
    ),
  ),
  at: Type.Optional(Instant),
  uptime: Type.Optional(Uptime),
};

/**
 * `reading`: values measured at one instant. Retained. Exactly one of `at` (Unix ms) and `uptime` (ms since
 * the device's start, for devices without a clock). `late` marks one that comes from the device's buffer.
 */
export const Reading = Type.Object(
  { boot: Boot, seq: Seq, ...measured, late: Type.Optional(Type.Boolean()) },
  closed,
);
export type Reading = Static<typeof Reading>;

/** `receipt`: all readings up to (boot, seq), in that order, are stored. Retained. */
export const Receipt = Type.Object({ boot: Boot, seq: Seq }, closed);
export type Receipt = Static<typeof Receipt>;

/** `request`: exactly one of `get` (ask for values) and `set` (absolute values). Never retained. */
export const Request = Type.Object(
  {
    id: RequestId,
    conn: Conn,
    get: Type.Optional(Type.Array(QuantityName, { minItems: 1, maxItems: 16, uniqueItems: true })),
    set: Type.Optional(SetValues),
  },
  closed,
);
export type Request = Static<typeof Request>;

/** Why a device refused a request. */
export const refusalCodes = [
  'stale',
  'out-of-range',
  'unknown-quantity',
  'read-only',
  'malformed',
  'busy',
  'fault',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export const Refusal = Type.Object(
  {
    code: Type.Enum([...refusalCodes]),
    detail: Type.Optional(Type.String({ maxLength: 200 })),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
  },
  closed,
);

/**
 * `response`: the answer to one request: either `values` with the instant they were measured at, or `error`.
 * `tookMs` is the device's own time from request to response, so that the legs can be told apart.
 */
export const Response = Type.Object(
  {
    id: RequestId,
    values: Type.Optional(measured.values),
    faults: measured.faults,
    at: measured.at,
    uptime: measured.uptime,
    tookMs: Type.Optional(Type.Number({ minimum: 0, maximum: 600_000 })),
    error: Type.Optional(Refusal),
  },
  closed,
);
export type Response = Static<typeof Response>;

/** The schema of each kind of message. */
export const messageSchemas = {
  about: About,
  status: Status,
  reading: Reading,
  receipt: Receipt,
  request: Request,
  response: Response,
} satisfies Record<MessageKind, unknown>;

export interface Messages {
  about: About;
  status: Status;
  reading: Reading;
  receipt: Receipt;
  request: Request;
  response: Response;
}
