import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isInstalled, skipReason } from '../interop/programs.ts';
import { createBench, type Row } from './bench.ts';
import { connackRows } from './rows-connack.ts';
import { connectFormRows } from './rows-connect-form.ts';
import { connectRows } from './rows-connect.ts';
import { deliveryRows } from './rows-delivery.ts';
import { formatRows } from './rows-format.ts';
import { publishRows } from './rows-publish.ts';
import { retainedRows } from './rows-retained.ts';
import { sessionRows } from './rows-session.ts';
import { subscribeRows } from './rows-subscribe.ts';
import { topicRows } from './rows-topics.ts';
import { transportRows } from './rows-transport.ts';
import { unsubscribeRows } from './rows-unsubscribe.ts';
import { willRows } from './rows-will.ts';
import { clientOnly, statements, untestable } from './statements.ts';
import { startHearth, startMosquitto, transports, type Subject, type Transport } from './subjects.ts';

const rows: readonly Row[] = [
  ...formatRows,
  ...connectFormRows,
  ...connectRows,
  ...connackRows,
  ...willRows,
  ...sessionRows,
  ...publishRows,
  ...retainedRows,
  ...subscribeRows,
  ...unsubscribeRows,
  ...deliveryRows,
  ...topicRows,
  ...transportRows,
];

/** Rows under way at once on each transport: most of their time they wait. */
const concurrency = 12;

/** The rows that are driven over a transport, with their places in the table. */
const rowsOver = (transport: Transport): [i: number, row: Row][] =>
  [...rows.entries()].filter(([, { isLong }]) => transport === 'tcp' || !isLong);

/** What went wrong in each row; null for nothing. */
type Outcome = readonly (string | null)[];

/** The user name, the prefix of topics and the prefix of client ids that a row has for itself. */
const nameOf = (transport: Transport, row: number): string => `${transport}${row}row`;

async function runRow(subject: Subject, row: Row, name: string): Promise<string | null> {
  using wires = new DisposableStack();
  try {
    await row.run(createBench(subject, name, wires));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function runAll(subject: Subject, transport: Transport): Promise<Outcome> {
  const outcome: (string | null)[] = [];
  const left = rowsOver(transport);
  // Long ones first, or they would be waited for at the end.
  left.sort(([, a], [, b]) => Number(b.isLong ?? false) - Number(a.isLong ?? false));
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift())
      outcome[next[0]] = await runRow(subject, next[1], nameOf(transport, next[0]));
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return outcome;
}

const mosquitto = skipReason(isInstalled('/usr/sbin/mosquitto') ? null : 'mosquitto is not installed');

const hearth = new Map<Transport, Outcome>();
let other: Outcome | null = null;

beforeAll(async () => {
  const compare = async (): Promise<void> => {
    if (mosquitto.isSkipped) return;
    await using subject = await startMosquitto();
    other = await runAll(subject, 'tcp');
  };
  const drive = async (): Promise<void> => {
    const names = transports.flatMap((transport) => rows.map((_, i) => nameOf(transport, i)));
    await using subjects = await startHearth(names);
    for (const transport of transports) hearth.set(transport, await runAll(subjects[transport], transport));
  };
  // Both to their ends, whatever happens to the other: a Mosquitto must not be left behind.
  const ends = await Promise.allSettled([drive(), compare()]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason as Error;
}, 180_000);

afterAll(() => {
  if (other) console.log(differences(hearth.get('tcp') ?? [], other));
});

/** Where the two brokers differ, one line a row. */
function differences(ours: Outcome, theirs: Outcome): string {
  const lines = rows.flatMap(({ clause, given }, i) => {
    const [us, them] = [ours[i] ?? null, theirs[i] ?? null];
    if ((us === null) === (them === null)) return [];
    return [`[MQTT-${clause}] ${given}: ${us === null ? 'Mosquitto' : 'Hearth'} ${us ?? them}`];
  });
  const passed = (outcome: Outcome): number => outcome.filter((fault) => fault === null).length;
  return [
    `MQTT 3.1.1: of ${rows.length} rows Hearth passes ${passed(ours)}, Mosquitto ${passed(theirs)}. They differ in ${lines.length}:`,
    ...lines,
  ].join('\n');
}

describe.each(transports)('over %s Hearth keeps MQTT 3.1.1:', (transport) => {
  test.for(rowsOver(transport).map(([i, row]) => Object.assign({ i }, row)))(
    '[MQTT-$clause] $given → $expect ($says)',
    ({ i }) => {
      expect(hearth.get(transport)?.[i]).toBeNull();
    },
  );
});

describe('the table', () => {
  test('has each statement of the standard in exactly one place', () => {
    const tested = new Set(rows.map(({ clause }) => clause));
    const places = [...tested, ...clientOnly, ...Object.keys(untestable)];
    expect(places.toSorted()).toEqual([...statements].sort());
    expect(statements).toHaveLength(141);
  });
  test('leaves out at most three statements that bind a server, and says why', () => {
    expect(Object.keys(untestable)).toHaveLength(3);
    for (const why of Object.values(untestable)) expect(why).toMatch(/^[A-Z].{40,}\.$/);
  });
});
