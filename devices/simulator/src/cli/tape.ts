import { readFileSync } from 'node:fs';
import { record, replay } from '../recording.ts';
import type { Command } from './command-line.ts';
import { listenForStop } from './stopped.ts';

/** Records or replays until its end or until it is told to stop. @returns the exit code. */
export async function tape(command: Extract<Command, { verb: 'record' | 'replay' }>): Promise<number> {
  const { url, caFile, clientId } = command.place;
  const ca = caFile === undefined ? undefined : readFileSync(caFile, 'utf8');
  const place = { url, ca, clientId };
  const { file } = command;
  using stopped = listenForStop(command.verb === 'record' ? command.forMs : Infinity);
  const { signal } = stopped;
  const count =
    command.verb === 'record'
      ? await record(place, { file, filter: command.filter, signal, onReady: sayReady })
      : await replay(place, { file, speed: command.speed, signal });
  process.stdout.write(`${count} messages ${command.verb === 'record' ? `written to ${file}` : 'played'}\n`);
  return 0;
}

function sayReady(): void {
  process.stdout.write('recording\n');
}
