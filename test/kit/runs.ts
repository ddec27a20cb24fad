import { join } from 'node:path';
import { runKit, type KitOptions, type Report } from '@hearth/kit';

/** The folder of Hearth. */
export const root = join(import.meta.dirname, '../..');

/** A quick run of the kit over TLS against a program in a process of its own, which is a fast device. */
export function tryDevice(
  program: readonly string[],
  options: {
    device?: string;
    env?: Record<string, string>;
    hand?: KitOptions['hand'];
    only?: readonly string[];
  } = {},
): Promise<Report> {
  const env = { PERIOD_MS: '500', KEEPALIVE_S: '1', RETRY_MIN_MS: '100', ...options.env };
  const words = [...Object.entries(env).map(([name, value]) => `${name}='${value}'`), 'exec'];
  return runKit({
    device: options.device ?? 'example',
    home: 'home',
    host: '127.0.0.1',
    port: 0,
    isPlain: false,
    isQuick: true,
    run: [...words, ...program.map((word) => `'${word}'`)].join(' '),
    cwd: root,
    ...(options.hand && { hand: options.hand }),
    ...(options.only && { only: options.only }),
  });
}

/** What did not pass, in a form that says why: `id verdict: why`, and the evidence below it. */
export const unpassed = ({ results, output }: Report): string[] =>
  results
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ id, verdict, why, evidence }) =>
      [`${id} ${verdict}: ${why}`, ...(evidence ?? []), ...(evidence ? [output] : [])].join('\n'),
    );
