import {
  controlTopics,
  deviceTopic,
  journalTopic,
  messageKinds,
  messageRules,
  refusedTopic,
  type BrokerFace,
} from '@hearth/contract';
import type { Log } from '@hearth/part';
import { stepsByHand } from './by-hand.ts';
import type { BrokerSession } from './broker-session.ts';
import { createControl, ControlError, type Control } from './control.ts';
import { createDynamicSecurity, dynamicSecurityTopics } from './dynamic-security.ts';
import { BrokerAwayError } from './in-flight.ts';

/** Who lets devices in: our broker, Mosquitto's dynamic security plugin, or a person at the broker. */
export type AccessWay = 'hearth' | 'mosquitto' | 'by-hand';

/** A broker of this network answers in milliseconds. */
const probeMs = 2000;

/** {@link Control} over whatever broker there is. */
export interface BrokerAccess {
  control: Control;
  /** Subscribed besides what is needed: where the broker may answer. */
  optionalFilters: readonly string[];
  /** Finds out which way it is, anew with each connection. */
  connected(granted: ReadonlySet<string>): void;
  lost(): void;
  /** Takes a message that is an answer of the broker; false for any other. */
  hear(topic: string, payload: Uint8Array): boolean;
}

/** `way` says which it is, `auto` finds out; `place` is where an external broker listens. */
export function createBrokerAccess(parts: {
  way: AccessWay | 'auto';
  home: string;
  publish: BrokerSession['publish'];
  place: () => Promise<BrokerFace>;
  log: Log;
  /** Somebody else changed who may connect. */
  onForeign: () => void;
}): BrokerAccess {
  const { way, publish, log } = parts;
  const hearth = createControl(publish, parts.onForeign);
  const plugin = createDynamicSecurity(publish);
  const external = createExternal(parts);
  const controls: Record<AccessWay, Control> = {
    hearth,
    mosquitto: {
      ...external,
      ...plugin,
      byHand: () => null,
      revoke: (ids) => plugin.revoke(ids).then(() => external.revoke(ids)),
    },
    'by-hand': external,
  };
  let found: Promise<AccessWay> | null = way === 'auto' ? null : Promise.resolve(way);
  let isByHand = way === 'by-hand';

  const findWay = async (granted: ReadonlySet<string>): Promise<AccessWay> => {
    if (granted.has(dynamicSecurityTopics.response) && (await plugin.probe(probeMs))) return 'mosquitto';
    if (granted.has(controlTopics.response) && !granted.has(dynamicSecurityTopics.response)) return 'hearth';
    return 'by-hand';
  };
  const present = async (): Promise<Control> => {
    if (!found) throw new BrokerAwayError('not connected yet');
    return controls[await found];
  };
  const all = [controlTopics.response, journalTopic, refusedTopic, dynamicSecurityTopics.response];
  const optional: Record<typeof way, readonly string[]> = {
    auto: all,
    hearth: [],
    mosquitto: [dynamicSecurityTopics.response],
    'by-hand': [],
  };

  return {
    optionalFilters: optional[way],
    control: {
      add: async (credentials) => (await present()).add(credentials),
      byHand: (credential) => (isByHand ? stepsByHand(credential) : null),
      rotate: async (credential) => (await present()).rotate(credential),
      revoke: async (ids) => (await present()).revoke(ids),
      addCertified: async (credential, csr) => (await present()).addCertified(credential, csr),
      describe: async () => (await present()).describe(),
      list: async () => (await present()).list(),
      metrics: async () => (await present()).metrics(),
      copy: async () => (await present()).copy(),
    },
    connected(granted) {
      if (way !== 'auto') return;
      found = findWay(granted).then((access) => {
        isByHand = access === 'by-hand';
        log.info({ access }, 'how the broker lets devices in');
        return access;
      });
    },
    lost() {
      if (way === 'auto') found = null;
    },
    hear(topic, payload) {
      if (topic === dynamicSecurityTopics.response) plugin.hear(payload);
      else if (topic === controlTopics.response) hearth.hear(payload);
      else return false;
      return true;
    },
  };
}

/** What holds at every broker that is not ours. */
function createExternal({
  home,
  publish,
  place,
}: Pick<Parameters<typeof createBrokerAccess>[0], 'home' | 'publish' | 'place'>): Control {
  return {
    add: () => Promise.resolve(),
    byHand: stepsByHand,
    rotate: () => Promise.resolve({ isFormerKept: false }),
    /** A receipt of a former device would tell a new one with its id that all it has is stored. */
    async revoke(ids) {
      const retained = messageKinds.filter((kind) => messageRules[kind].isRetained);
      const topics = ids.flatMap((id) => retained.map((kind) => deviceTopic(home, id, kind)));
      await Promise.all(topics.map((topic) => publish(topic, '', { isRetained: true })));
    },
    addCertified: () =>
      Promise.reject(
        new ControlError('This broker signs no certificates: pair without a request for one, with a secret.'),
      ),
    describe: place,
    list: () => Promise.resolve(null),
    metrics: () => Promise.resolve(null),
    copy: () => Promise.resolve(null),
  };
}
