import { Type, type Static } from 'typebox';
import { SigningRequest } from './control.ts';
import { DeviceId, HomeId, Instant, Name } from './ids.ts';
import { closed, nullable } from './shorthand.ts';

/** A code that one device may use once: 10 characters of Crockford base 32 (50 bit), hyphens optional. */
export const PairingCode = Type.String({ minLength: 10, maxLength: 16, examples: ['7K2MQ-9XT4H'] });

/**
 * The one window in which a device may pair. `spoiled`: too many wrong codes closed it. The code is told
 * while it can be used, and to the owner only.
 */
export const Pairing = Type.Object({
  state: Type.Enum(['closed', 'open', 'used', 'expired', 'spoiled']),
  code: nullable(PairingCode),
  expiresAt: nullable(Instant),
  triesLeft: Type.Integer({ minimum: 0 }),
  deviceId: nullable(DeviceId, { description: 'The device that used the code.' }),
});
export type Pairing = Static<typeof Pairing>;

/**
 * What a device sends to pair. Without an `id` it gets one, made of its `model`. With a `csr` it gets a
 * certificate in place of a secret; its name in there does not matter.
 */
export const Pair = Type.Object(
  {
    code: PairingCode,
    id: Type.Optional(DeviceId),
    model: Type.Optional(Name),
    csr: Type.Optional(SigningRequest),
  },
  closed,
);
export type Pair = Static<typeof Pair>;

const port = Type.Integer({ minimum: 1, maximum: 65_535 });

/** Where a device finds the broker. `mutual`: TLS with a client certificate. */
export const BrokerPlace = Type.Object({
  host: Type.String({ examples: ['192.168.1.10'] }),
  ports: Type.Object({
    mqtt: Type.Optional(port),
    mqtts: Type.Optional(port),
    ws: Type.Optional(port),
    wss: Type.Optional(port),
    mutual: Type.Optional(port),
  }),
});
export type BrokerPlace = Static<typeof BrokerPlace>;

/** All that a device needs from now on; said once. Of `secret` and `certificate` one is there. */
export const Paired = Type.Object({
  id: DeviceId,
  home: HomeId,
  secret: nullable(Type.String(), { description: '256 random bits, base64url.' }),
  certificate: nullable(Type.String(), { description: 'PEM.' }),
  broker: BrokerPlace,
  ca: nullable(Type.String(), {
    description: 'Certificate (PEM) of the authority that the broker’s own is signed with.',
  }),
});
export type Paired = Static<typeof Paired>;
