/**
 * How many normative statements each section of MQTT 3.1.1 has, as its appendix B counts them: section
 * 3.1.0 has [MQTT-3.1.0-1] and [MQTT-3.1.0-2].
 * @see https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html
 */
const sections: Readonly<Record<string, number>> = {
  '1.5.3': 3,
  '2.2.2': 2,
  '2.3.1': 7,
  '3.1.0': 2,
  '3.1.2': 24,
  '3.1.3': 11,
  '3.1.4': 5,
  '3.2.0': 1,
  '3.2.2': 6,
  '3.3.1': 12,
  '3.3.2': 3,
  '3.3.4': 1,
  '3.3.5': 2,
  '3.6.1': 1,
  '3.8.1': 1,
  '3.8.3': 4,
  '3.8.4': 6,
  '3.9.3': 2,
  '3.10.1': 1,
  '3.10.3': 2,
  '3.10.4': 6,
  '3.12.4': 1,
  '3.14.1': 1,
  '3.14.4': 3,
  '4.1.0': 2,
  '4.3.1': 1,
  '4.3.2': 2,
  '4.3.3': 2,
  '4.4.0': 1,
  '4.5.0': 2,
  '4.6.0': 6,
  '4.7.1': 3,
  '4.7.2': 1,
  '4.7.3': 4,
  '4.8.0': 2,
  '6.0.0': 4,
  '7.0.0': 2,
  '7.1.1': 1,
  '7.1.2': 1,
};

/** Every normative statement by its number, in the order of the standard. */
export const statements: readonly string[] = Object.entries(sections).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, i) => `${section}-${i + 1}`),
);

/** Statements that bind a client only: a server can neither keep nor break them. */
export const clientOnly: readonly string[] = [
  '2.3.1-2', // takes a packet id that is free
  '2.3.1-3', // uses the same packet id when it sends again
  '3.1.2-23', // sends PINGREQ within the keepalive
  '3.1.3-7', // sets CleanSession with a zero-length client id; the server's answer is 3.1.3-8
  '3.14.4-1', // closes after DISCONNECT
  '3.14.4-2', // sends nothing after DISCONNECT
  '4.5.0-2', // acknowledges what it receives
  '6.0.0-3', // offers the subprotocol
  '7.1.2-1', // uses an ordered, lossless transport
];

/** Statements that bind a server and have no row, with why. */
export const untestable: Readonly<Record<string, string>> = {
  '4.7.3-3':
    'A topic of more than 65,535 bytes cannot be written: its length has two bytes. Whatever is sent, no longer topic arrives.',
  '4.8.0-2':
    'A transient error (a full disk, a failing one) cannot be made from the wire. The tests of the journal and of faults make them.',
  '7.0.0-1':
    'It binds a server that also connects to other servers. Neither of the two, set up as here, connects to anybody.',
};
