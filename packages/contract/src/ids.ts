import { Type, type Static } from 'typebox';

/** As a regular expression without anchors, for topics. */
export const deviceIdPattern = '[a-z0-9][a-z0-9-]{1,34}[a-z0-9]';
export const homeIdPattern = '[a-z0-9][a-z0-9-]{0,22}[a-z0-9]';

/** A device: also its MQTT client id and user name. Lower case, digits and inner hyphens, 3 to 36 characters. */
export const DeviceId = Type.String({
  pattern: `^${deviceIdPattern}$`,
  description: 'Device id = MQTT client id = MQTT user name.',
  examples: ['hall-thermostat'],
});
export type DeviceId = Static<typeof DeviceId>;

/** A home, the second level of every topic. Lower case, digits and inner hyphens, 2 to 24 characters. */
export const HomeId = Type.String({
  pattern: `^${homeIdPattern}$`,
  description: 'Home id, part of every topic.',
  examples: ['home'],
});
export type HomeId = Static<typeof HomeId>;

/** A room, made from its name. */
export const RoomId = Type.String({ pattern: '^[a-z0-9-]{1,40}$', examples: ['living-room'] });

/** Names a request so that its response can be told from others. Chosen by the asker. */
export const RequestId = Type.String({
  pattern: '^[A-Za-z0-9._-]{1,64}$',
  description: 'Chosen by the asker; repeated in the response.',
  examples: ['q-7f3a'],
});

/** 2020-01-01 and 2100-01-01, Unix milliseconds. */
export const instantLimits = { minimum: 1_577_836_800_000, maximum: 4_102_444_800_000 };

/** An instant: Unix time in milliseconds, 2020-01-01 to 2100-01-01. A device whose clock is not set has none. */
export const Instant = Type.Integer({
  ...instantLimits,
  description: 'Unix time in milliseconds.',
  examples: [1_795_363_200_123],
});

/** Grows by one at each start of the device and survives power loss. */
export const Boot = Type.Integer({ minimum: 0, maximum: 2_147_483_647, examples: [7] });

/** Grows by one at each connection within a boot. */
export const Conn = Type.Integer({ minimum: 1, maximum: 2_147_483_647, examples: [2] });

/** Grows by one per reading within a boot. */
export const Seq = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [3041] });

/** Milliseconds since the device started, from a clock that never jumps. */
export const Uptime = Type.Integer({ minimum: 0, maximum: 4_000_000_000_000, examples: [3_612_350] });

/** What a person calls a thing: 1 to 60 characters, no control characters. */
export const Name = Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });
