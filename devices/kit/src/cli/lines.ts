import type { KitLine } from '@hearth/contract';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { firstConnectionMs, type KitOptions, type Report } from '../kit.ts';
import { deviceOf } from '../device-of.ts';
import type { Ask } from '../hand.ts';
import { summarise } from '../report/summary.ts';

/** How long a person may take for what is asked of them. */
const stepMs = 600_000;

/** A line of `--jsonl`. */
export const tellLine = (line: KitLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** What a run tells as lines, for a program that started the kit. */
export const lineHearing = {
  onOpen({ PORT, SECRET, CA_FILE }, rules) {
    const ca = CA_FILE === undefined ? null : readFileSync(CA_FILE, 'utf8');
    tellLine({
      line: 'open',
      port: Number(PORT),
      secret: SECRET,
      ca,
      waitMs: firstConnectionMs,
      rules: [...rules],
    });
  },
  onDevice: (device) => tellLine({ line: 'device', device }),
  onCheck: (id) => tellLine({ line: 'check', id }),
  onResult: (result) => tellLine({ line: 'result', result }),
} satisfies Partial<KitOptions>;

/** The last line of a run. */
export const tellEnd = ({ about, results }: Report): void =>
  tellLine({ line: 'end', device: deviceOf(about), summary: summarise(results) });

/**
 * Listens to the program that started the kit: it answers what was asked by a line, `done` or `cannot`. When it goes
 * away, so does the kit.
 */
export function openInput(): Disposable & { ask: Ask } {
  const input = createInterface({ input: process.stdin });
  const leave = (): never => process.exit(130);
  input.once('close', leave);
  return {
    async ask(movement) {
      tellLine({ line: 'step', movement, withinMs: stepMs });
      const [answer] = (await once(input, 'line', { signal: AbortSignal.timeout(stepMs) }).catch(
        () => [],
      )) as [string?];
      return answer === 'done';
    },
    [Symbol.dispose]() {
      input.off('close', leave);
      input.close();
    },
  };
}
