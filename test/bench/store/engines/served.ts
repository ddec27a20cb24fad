import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { decodeColumns } from '../columns.ts';
import type { Engine, Running } from '../engine.ts';
import { openHttp } from '../http-client.ts';
import { pathOf } from '../questions.ts';
import type { Said, Told } from '../serve.ts';
import type { ShelfName } from '../shelves.ts';

/** An engine that runs within a server of ours, in a process of its own, and answers with binary columns. */
export function servedEngine(
  shelf: ShelfName,
  about: Omit<Engine, 'problem' | 'start'> & Pick<Running, 'encode'>,
): Engine {
  const { encode, ...named } = about;
  return {
    ...named,
    problem: () => null,
    async start(folder) {
      const child = fork(fileURLToPath(new URL('../serve.ts', import.meta.url)), [shelf, folder]);
      const gone = once(child, 'exit').then(([code]): [Said] => [
        { failure: `the server of ${named.title} ended with ${String(code)}` },
      ]);
      const heard = async (): Promise<Said> => {
        const [said] = (await Promise.race([once(child, 'message'), gone])) as [Said];
        if ('failure' in said) throw new Error(said.failure);
        return said;
      };
      const tell = async (told: Told): Promise<void> => {
        child.send(told);
        await heard();
      };
      const first = await heard();
      const http = openHttp('port' in first ? first.port : 0);
      return {
        pid: child.pid!,
        load: (devices, atMost = Number.MAX_SAFE_INTEGER) => tell({ load: devices, atMost }),
        settle: () => tell({ settle: true }),
        ask: async (question) => decodeColumns(await http.get(pathOf(question))),
        encode,
        write: async (body) => void (await http.post('/write', body)),
        async [Symbol.asyncDispose]() {
          http[Symbol.dispose]();
          if (child.connected) await tell({ close: true });
          await gone;
        },
      };
    },
  };
}
