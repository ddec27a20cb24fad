import { createInterface } from 'node:readline';
import { parseDuration } from '../duration.ts';
import { faultNames, faultTable, type FaultName } from '../fault-table.ts';
import type { FaultOrder } from '../faults.ts';
import type { Simulation } from '../simulation.ts';

/** A line on standard input, understood. */
export type Order =
  | { verb: 'fault'; order: FaultOrder }
  | { verb: 'mend'; devices: string }
  | { verb: 'faults' | 'devices' | 'help' | 'quit' };

const help = `fault DEVICES FAULT [HOW LONG] [by=HOW MUCH]   fault kitchen-thermostat drop 30s
mend DEVICES    faults    devices    help    quit      * stands for anything in an id`;

/** The order in a line; a text says what is wrong with it. null for an empty line. */
export function parseOrder(line: string): Order | string | null {
  const words = line.trim().split(/\s+/);
  const [verb = '', devices, fault, ...more] = words;
  if (verb === '') return null;
  if (verb === 'faults' || verb === 'devices' || verb === 'help' || verb === 'quit') return { verb };
  if (verb !== 'fault' && verb !== 'mend')
    return `there is no ${verb}: fault, mend, faults, devices, help or quit`;
  if (devices === undefined) return `${verb} takes device ids`;
  if (verb === 'mend') return { verb, devices };
  if (!isFault(fault)) return `there is no fault ${fault ?? ''}: ${faultNames.join(', ')}`;
  const by = more.find((word) => word.startsWith('by='))?.slice(3);
  const lasting = more.find((word) => !word.startsWith('by='));
  const forMs = lasting === undefined ? undefined : parseDuration(lasting);
  if (forMs === null) return `${lasting} is no duration such as 30s`;
  return { verb, order: { devices, fault, by, forMs } };
}

function isFault(word: string | undefined): word is FaultName {
  return word !== undefined && Object.hasOwn(faultTable, word);
}

/** Takes orders from standard input, a line each, until the returned function is called. */
export function takeOrders(parts: {
  simulation: Simulation;
  say: (line: string) => void;
  stop: () => void;
  input?: NodeJS.ReadableStream;
}): () => void {
  const input = parts.input ?? process.stdin;
  const lines = createInterface({ input, terminal: false });
  lines.on('line', (line) => {
    const order = parseOrder(line);
    if (order !== null) parts.say(typeof order === 'string' ? order : obey(order, parts));
  });
  return () => {
    lines.close();
    input.pause();
  };
}

/** @returns what to say. */
function obey(order: Order, { simulation, stop }: { simulation: Simulation; stop: () => void }): string {
  const { faults, homes } = simulation;
  try {
    switch (order.verb) {
      case 'fault':
        return `${order.order.fault} at ${faults.start(order.order).join(', ')}`;
      case 'mend':
        return `mended: ${faults.mend(order.devices).join(', ') || 'nothing was wrong'}`;
      case 'faults':
        return faults.list().join('\n') || 'nothing is wrong';
      case 'devices':
        return homes.flatMap(({ devices }) => devices.map(({ id }) => id)).join(' ');
      case 'quit':
        stop();
        return 'stopping';
      default:
        return `${help}\n${faultList()}`;
    }
  } catch (error) {
    if ((error as Error).name === 'FaultError') return (error as Error).message;
    throw error;
  }
}

/** The table of faults for people. */
function faultList(): string {
  return faultNames.map((name) => `  ${name.padEnd(20)}${faultTable[name].does}`).join('\n');
}
