/**
 * All that the broker knows about versions of MQTT: what a CONNECT's first bytes name, whether it is spoken, what a
 * refused one is answered, and where properties stand. MQTT 5 is not spoken yet; it begins here.
 */
export interface Version {
  readonly isSpoken: boolean;
  /** Whether CONNECT has properties, before the client id and before the will's topic. */
  readonly hasProperties: boolean;
  /** CONNACK for a client of this version that is not spoken. */
  readonly refusal: Uint8Array;
  /** What the owner of such a client can do. */
  readonly advice: string;
}

/** Return code 1, unacceptable protocol version. [MQTT-3.1.2-2] */
const unacceptable = Uint8Array.of(0x20, 2, 0, 1);
/** MQTT 5: reason code 0x84, unsupported protocol version, and no properties. */
const unsupported = Uint8Array.of(0x20, 3, 0, 0x84, 0);

const spoken: Version = { isSpoken: true, hasProperties: false, refusal: unacceptable, advice: '' };
const five: Version = {
  isSpoken: false,
  hasProperties: true,
  refusal: unsupported,
  advice:
    'The client speaks MQTT 5, the built-in broker 3.1.1: set the client to 3.1.1 (protocol version 4), ' +
    'or run a broker that speaks 5 and give Hearth its address in HEARTH_BROKER_URL.',
};
const unknown: Version = {
  isSpoken: false,
  hasProperties: false,
  refusal: unacceptable,
  advice: 'The client speaks a version of MQTT that the broker does not know: set it to 3.1.1.',
};

/** The version that a CONNECT names; null for a name that is not MQTT's. [MQTT-3.1.2-1] [MQTT-3.1.2-2] */
export function versionOf(name: string, level: number): Version | null {
  if (name === 'MQTT') return level === 4 ? spoken : level === 5 ? five : unknown;
  if (name === 'MQIsdp') return level === 3 ? spoken : unknown;
  return null;
}
