import { deviceIdPattern, homeIdPattern } from '@hearth/contract';
import { readCommandLine, UsageError } from '@hearth/part';
import { checks } from '../checks.ts';
import type { Ask, Handling } from '../hand.ts';

/** Who touches the device; `ask`: a person, at the terminal or through the program that started the kit. */
export type HandOption = 'ask' | Exclude<Handling, { ask: Ask }>;

/** What a command line asks for. */
export type Command =
  | { verb: 'help' }
  | { verb: 'list' }
  | { verb: 'verify'; file: string }
  | {
      verb: 'check';
      device: string;
      home: string;
      secret?: string;
      host: string;
      listen?: string;
      port: number;
      isPlain: boolean;
      isQuick: boolean;
      run?: string;
      hand?: HandOption;
      only?: string[];
      /** Folder for the certificate and its page. */
      out?: string;
      keyFile: string;
      signer: string;
    };

export const usage = `hearth-kit: runs the device contract against a device

  hearth-kit check --device ID --run "COMMAND"   a device that the kit starts, and cuts the power of
  hearth-kit check --device ID --host ADDRESS    a device that you point at this address
  hearth-kit verify FILE                         whether a certificate is whole, and who signed it
  hearth-kit list                                every check

  --quick            short times, which the results name; else outages of 10 min and half an hour of quiet
  --plain            without TLS
  --hand input       the kit moves the device by lines at its standard input (with --run)
  --hand "COMMAND"   … by this command, with the movement in MOVEMENT
  --hand ask         you are asked; this is so at a terminal, without --run
  --home HOME        (default: home)         --secret SECRET   (default: a new one)
  --host ADDRESS     what the device connects to (default: 127.0.0.1)    --port PORT   (default: a free one)
  --listen ADDRESS   where to listen (default: the same)
  --only ID,…        these checks, or chapters
  --out FOLDER       writes certificate.json and certificate.html there, signed
  --key FILE         Ed25519 key to sign with; made if it does not exist (default: data/kit/key.pem)
  --signer NAME      who signs
  --json             for programs
  --jsonl            for programs that follow a run: a line of JSON for all that happens, and the input is listened to

A device that the kit starts has DEVICE, SECRET, HOME_ID, BROKER, PORT, CA_FILE and STATE_DIR in its environment.
Exit code 0: nothing failed that must hold. 1: something did. 2: the command line cannot be understood.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  device: text,
  home: text,
  secret: text,
  host: text,
  listen: text,
  port: text,
  run: text,
  hand: text,
  only: text,
  out: text,
  key: text,
  signer: text,
  plain: flag,
  quick: flag,
  json: flag,
  jsonl: flag,
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws {UsageError} */
export function parseCommandLine(argv: readonly string[]): Command {
  const { values, positionals } = readCommandLine(argv, options);
  const [verb, file, ...more] = positionals;
  if (values.help || verb === undefined || verb === 'help') return { verb: 'help' };
  if (more.length > 0 || (verb !== 'verify' && file !== undefined))
    throw new UsageError(`what is ${[...more, file].at(0)}?`);
  if (verb === 'list') return { verb };
  if (verb === 'verify') {
    if (file === undefined) throw new UsageError('verify takes a file');
    return { verb, file };
  }
  if (verb !== 'check') throw new UsageError(`there is no verb ${verb}: check, verify or list`);
  const { device, home = 'home', host = '127.0.0.1', port = '0', run, secret, only, out, listen } = values;
  if (device === undefined) throw new UsageError('check takes --device, the id of the device');
  if (!new RegExp(`^${deviceIdPattern}$`).test(device)) throw new UsageError(`${device} is no id: ${idRule}`);
  if (!new RegExp(`^${homeIdPattern}$`).test(home)) throw new UsageError(`${home} is no home: ${idRule}`);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError(`${port} is no port`);
  if (secret === '') throw new UsageError('--secret is empty');
  const names = only?.split(',').filter((name) => name !== '');
  for (const name of names ?? [])
    if (!checks.some(({ id }) => id === name || id.startsWith(`${name}.`)))
      throw new UsageError(`there is no check ${name}, and no chapter: see hearth-kit list`);
  const hand = handlingOf(values.hand, run !== undefined);
  return {
    verb,
    device,
    home,
    host,
    port: Number(port),
    isPlain: values.plain ?? false,
    isQuick: values.quick ?? false,
    keyFile: values.key ?? 'data/kit/key.pem',
    signer: values.signer ?? '',
    ...(listen !== undefined && { listen }),
    ...(secret !== undefined && { secret }),
    ...(run !== undefined && { run }),
    ...(hand !== undefined && { hand }),
    ...(names !== undefined && { only: names }),
    ...(out !== undefined && { out }),
  };
}

const idRule = 'lower case, digits and inner hyphens';

function handlingOf(hand: string | undefined, hasRun: boolean): HandOption | undefined {
  if (hand === undefined) return process.stdin.isTTY && !hasRun ? 'ask' : undefined;
  if (hand === 'ask') return hand;
  if (hand !== 'input') return { command: hand };
  if (!hasRun) throw new UsageError('--hand input belongs to --run');
  return 'input';
}
