import type { BrokerSetup } from '@hearth/contract';
import type { NewCredential } from './control.ts';
import { rightsOf } from './device-rights.ts';

/**
 * What a person does at a broker that takes no orders from us, in Mosquitto's words: other brokers want the
 * same name, password and topics in their own.
 */
export function stepsByHand(credential: NewCredential): BrokerSetup {
  const { id, secret } = credential;
  const { writes, reads } = rightsOf(credential);
  const both = writes.filter((topic) => reads.includes(topic));
  const only = (topics: readonly string[]): string[] => topics.filter((topic) => !both.includes(topic));
  return {
    passwordCommand: `mosquitto_passwd -b /etc/mosquitto/passwd ${id} ${secret}`,
    aclLines: [
      `user ${id}`,
      ...both.map((topic) => `topic readwrite ${topic}`),
      ...only(writes).map((topic) => `topic write ${topic}`),
      ...only(reads).map((topic) => `topic read ${topic}`),
    ],
  };
}
