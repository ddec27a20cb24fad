import type { Bench, Row } from './bench.ts';
import { connectFlags, field, illFormed, packet, u16 } from './packets.ts';
import { refusesConnect } from './rows-format.ts';

const payloadOf = (bench: Bench, ...more: Uint8Array[]): Uint8Array =>
  Buffer.concat([field(bench.clientId('a')), ...more]);

/** A CONNECT that breaks its own form is closed without CONNACK. [MQTT-3.1.4-1] */
const malformed: readonly [
  clause: string,
  says: string,
  given: string,
  bytes: (bench: Bench) => Uint8Array,
][] = [
  [
    '3.1.2-3',
    'the reserved connect flag is 0',
    'connect flags with bit 0',
    (bench) => bench.connectBytes('a', { flipFlags: connectFlags.reserved }),
  ],
  [
    '3.1.2-9',
    'with the will flag there are a will topic and a will message',
    'the will flag, and a payload without them',
    (bench) => bench.connectBytes('a', { flipFlags: connectFlags.will, payload: payloadOf(bench) }),
  ],
  [
    '3.1.2-11',
    'without the will flag there are no will topic and will message',
    'no will flag, and a payload with them',
    (bench) => bench.connectBytes('a', { trailing: [...field(bench.topic('will')), ...field('gone')] }),
  ],
  [
    '3.1.2-13',
    'without the will flag the will QoS is 0',
    'will QoS 1 without the will flag',
    (bench) => bench.connectBytes('a', { flipFlags: connectFlags.willQos1 }),
  ],
  [
    '3.1.2-14',
    'the will QoS is not 3',
    'will QoS 3',
    (bench) => bench.connectBytes('a', { will: { topic: bench.topic('will'), payload: 'gone', qos: 3 } }),
  ],
  [
    '3.1.2-15',
    'without the will flag the will retain flag is 0',
    'will retain without the will flag',
    (bench) => bench.connectBytes('a', { flipFlags: connectFlags.willRetain }),
  ],
  [
    '3.1.2-18',
    'without the user name flag there is no user name',
    'neither flag, and a payload with user name and password',
    (bench) => bench.connectBytes('a', { flipFlags: connectFlags.username | connectFlags.password }),
  ],
  [
    '3.1.2-19',
    'with the user name flag there is a user name',
    'the user name flag, and a payload that ends before it',
    (bench) => bench.connectBytes('a', { flipFlags: connectFlags.password, payload: payloadOf(bench) }),
  ],
  [
    '3.1.2-20',
    'without the password flag there is no password',
    'no password flag, and a payload with a password',
    (bench) => bench.connectBytes('a', { flipFlags: connectFlags.password }),
  ],
  [
    '3.1.2-21',
    'with the password flag there is a password',
    'the password flag, and a payload that ends before it',
    (bench) => bench.connectBytes('a', { payload: payloadOf(bench, field('user')) }),
  ],
  [
    '3.1.2-22',
    'without the user name flag the password flag is 0',
    'the password flag alone, with a password',
    (bench) =>
      bench.connectBytes('a', {
        flipFlags: connectFlags.username,
        payload: payloadOf(bench, field('secret')),
      }),
  ],
  [
    '3.1.3-3',
    'the client id is there, and is the first of the payload',
    'an empty payload',
    (bench) =>
      bench.connectBytes('a', {
        flipFlags: connectFlags.username | connectFlags.password,
        payload: [],
      }),
  ],
  [
    '3.1.3-4',
    'the client id is UTF-8',
    'a client id that is not',
    (bench) =>
      bench.connectBytes('a', {
        clientId: [...Buffer.from(bench.clientId('')), ...illFormed['a lead byte alone']],
      }),
  ],
  [
    '3.1.3-10',
    'the will topic is UTF-8',
    'a will topic that is not',
    (bench) =>
      bench.connectBytes('a', {
        will: { topic: [...Buffer.from(bench.topic('')), ...illFormed['a surrogate']], payload: 'gone' },
      }),
  ],
  [
    '3.1.3-11',
    'the user name is UTF-8',
    'a user name that is not',
    (bench) => bench.connectBytes('a', { username: illFormed['a long form'] }),
  ],
  [
    '3.1.4-1',
    'a CONNECT that does not conform is closed without CONNACK',
    'a payload that ends within the client id',
    (bench) => bench.connectBytes('a', { payload: [0, 9, 0x61] }),
  ],
  [
    '3.1.4-1',
    'a CONNECT that does not conform is closed without CONNACK',
    'a packet that ends within the protocol name',
    () => packet(0x10, u16(4), Buffer.from('MQ')),
  ],
];

/** Sections 3.1.2 to 3.1.4: CONNECT packets that break their own form. */
export const connectFormRows: readonly Row[] = malformed.map(([clause, says, given, bytes]): Row => ({
  clause,
  says,
  given,
  expect: 'closed without CONNACK',
  run: refusesConnect(bytes),
}));
