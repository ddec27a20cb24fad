import { deviceTopic, parseMessage } from '@hearth/contract';
import type { IConnectPacket } from 'mqtt-packet';
import type { Bench } from '../bench.ts';
import { fail, judgeEach, notRun, pass, type Check, type Finding } from '../check.ts';

const willMaxBytes = 256;
const keepaliveMaxS = 300;

/** Judges every CONNECT of the run. */
const connects = ({ log }: Bench, wrong: (packet: IConnectPacket) => string | null): Finding =>
  judgeEach(
    log.connects(),
    ({ packet }) => wrong(packet),
    ({ entry }) => [entry],
    'it never sent CONNECT',
  );

/** Getting to the broker. */
export const connect: readonly Check[] = [
  {
    id: 'connect.client-id',
    level: 'must',
    clause: 'Connecting',
    says: 'connects with its device id as client id',
    mend: 'Set the client id of your MQTT library; some make up one.',
    kind: 'watched',
    run: (bench) =>
      connects(bench, ({ clientId }) =>
        clientId === bench.device ? null : `the client id is ${clientId || 'empty'}, not ${bench.device}`,
      ),
  },
  {
    id: 'connect.credentials',
    level: 'must',
    clause: 'Connecting',
    says: 'shows its id as user name and its secret as password',
    mend: 'Send both, as text, without quotes or a line’s end.',
    kind: 'watched',
    run: (bench) =>
      connects(bench, ({ username, password }) => {
        if (username !== bench.device)
          return `the user name is ${username ?? 'missing'}, not ${bench.device}`;
        return password?.toString() === bench.secret ? null : 'the password is not its secret';
      }),
  },
  {
    id: 'connect.secret-hidden',
    level: 'must',
    clause: 'Connecting',
    says: 'says its secret in no topic and no payload',
    mend: 'Keep the secret out of manifests, wills and messages about faults.',
    kind: 'watched',
    run: ({ log, secret }) =>
      judgeEach(
        log.entries.filter(({ from, packet }) => from === 'device' && packet !== undefined),
        ({ packet }) => {
          const told =
            packet?.cmd === 'publish'
              ? [packet.topic, packet.payload.toString()]
              : packet?.cmd === 'connect' && packet.will
                ? [packet.will.topic, packet.will.payload.toString()]
                : [];
          return told.some((text) => text.includes(secret)) ? 'its secret is in a message' : null;
        },
        (entry) => [entry],
        'it said nothing',
      ),
  },
  {
    id: 'connect.will',
    level: 'must',
    clause: 'Connecting',
    says: 'leaves a will on its status, QoS 1 and retained, that says offline',
    mend: 'Set the will before you connect: topic, QoS 1, retain, and `{"online":false,…}` of at most 256 bytes.',
    kind: 'watched',
    run: (bench) =>
      connects(bench, ({ will }) => {
        if (!will) return 'there is no will';
        const topic = deviceTopic(bench.home, bench.device, 'status');
        if (will.topic !== topic) return `the will is for ${will.topic}, not ${topic}`;
        if (will.qos !== 1) return `the will has QoS ${will.qos}`;
        if (!will.retain) return 'the will is not retained';
        const payload = Buffer.from(will.payload);
        if (payload.length > willMaxBytes) return `the will has ${payload.length} bytes`;
        const parsed = parseMessage('status', payload);
        if (!parsed.ok) return `the will is no status: ${parsed.rejection.expected}`;
        return parsed.value.online ? 'the will says online' : null;
      }),
  },
  {
    id: 'connect.will-counters',
    level: 'must',
    clause: 'Connecting',
    says: 'names boot and conn of this very connection in its will',
    mend: 'Make the will anew for each connection, after `conn` was counted.',
    kind: 'watched',
    run({ log }) {
      const pairs = log.connects().flatMap(({ entry, packet }) => {
        const status = log.said('status', entry.at).find((said) => said.entry.link === entry.link);
        return status && packet.will ? [{ entry, will: packet.will.payload.toString(), status }] : [];
      });
      const counters = ({ boot, conn }: { boot?: number; conn?: number }) => `boot ${boot} conn ${conn}`;
      return judgeEach(
        pairs,
        ({ will, status }) => {
          let said: object = {};
          try {
            said = JSON.parse(will) as object;
          } catch {
            return null;
          }
          if (status.body.conn === undefined || status.body.boot === undefined) return null;
          const [one, two] = [counters(said), counters(status.body)];
          return one === two ? null : `the will says ${one}, the status ${two}`;
        },
        ({ entry, status }) => [entry, status.entry],
        'there was no will with a status to compare it with',
      );
    },
  },
  {
    id: 'connect.keepalive',
    level: 'must',
    clause: 'Connecting',
    says: 'asks for a keepalive of 1 to 300 s',
    mend: 'Set the keepalive, 30 s is good; 0 turns it off, and is refused.',
    kind: 'watched',
    run: (bench) =>
      connects(bench, ({ keepalive = 0 }) =>
        keepalive >= 1 && keepalive <= keepaliveMaxS ? null : `the keepalive is ${keepalive} s`,
      ),
  },
  {
    id: 'connect.clean-session',
    level: 'should',
    clause: 'Connecting',
    says: 'begins with a clean session',
    mend: 'Set the clean session flag: what matters is retained, and old requests should not reach you.',
    kind: 'watched',
    run: (bench) =>
      connects(bench, ({ clean }) => (clean ? null : 'it asks for the session that it had before')),
  },
  {
    id: 'connect.version',
    level: 'must',
    clause: 'Connecting',
    says: 'speaks MQTT 3.1.1, or goes back to it when version 5 is refused',
    mend: 'Set the protocol version to 4, or try it after a CONNACK that refuses 5.',
    kind: 'watched',
    run({ log }) {
      const versions = log.connects();
      const other = versions.find(({ packet }) => packet.protocolVersion !== 4);
      if (versions.length === 0) return notRun('it never sent CONNECT');
      if (!other) return pass;
      const isBack = versions.some(
        ({ packet, entry }) => packet.protocolVersion === 4 && entry.at > other.entry.at,
      );
      if (isBack && other.packet.protocolVersion === 5) return pass;
      return fail(`it speaks version ${other.packet.protocolVersion} of the protocol only`, [other.entry]);
    },
  },
];
