// A process to kill or to trace: connects to port argv[2], takes an Order as a line of JSON, lives by its plan, and
// says what is promised: the number of operations that were acknowledged, each in a line.
import { once } from 'node:events';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { copyDatabase, openStore, type Store } from '@hearth/store';
import { atOnce, planOf, type Operation, type Order } from './plan.ts';

const socket = connect(Number(process.argv[2]), '127.0.0.1').setNoDelay();
const say = (line: string): void => void socket.write(`${line}\n`);
await once(socket, 'connect');
say(String(process.pid));
const [line] = (await once(socket, 'data')) as [Buffer];
const order = JSON.parse(line.toString()) as Order;

function ask(store: Store, operation: Operation): Promise<unknown> {
  if (operation.kind === 'append') return store.append(operation.arrivals);
  if (operation.kind === 'seal') return store.seal();
  if (operation.kind === 'retain') return store.retain(operation.rules);
  if (operation.kind === 'copy') return copyDatabase(order.path, join(dirname(order.path), operation.name));
  if (operation.kind === 'forget') return store.forget(operation.devices);
  return store.beginAnew(operation.devices);
}

// The journal changes files every few operations, and most is sealed with the second thread's help.
const open = (): Promise<Store> =>
  openStore({ path: order.path, journalLimitB: 64 * 1024, cellsToShare: 500 });
/** So many rounds, and the store is closed in order and opened anew. */
const roundsOpen = 7;

say('opening');
let opened = await open();
say('open');
const plan = planOf(order);
let acknowledged = 0;
for (let round = 0; ; round++) {
  const together = Array.from({ length: 1 + (round % atOnce) }, () => ask(opened, plan.next().value));
  for (const one of together) {
    await one;
    say(String(++acknowledged));
  }
  if (round % roundsOpen < roundsOpen - 1) continue;
  await opened.close();
  opened = await open();
}
