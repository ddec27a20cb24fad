import { readCommandLine, UsageError } from '@hearth/part';
import type { ExportCommand } from './export.ts';
import type { ImportCommand } from './import.ts';

/** What a command line asks for. */
export type Command =
  | { verb: 'backup' }
  | { verb: 'backups' }
  | { verb: 'key'; isNew: boolean }
  | { verb: 'recover'; person: string }
  | ExportCommand
  | ImportCommand
  | { verb: 'restore'; folder: string; key: string | null; only: string[] | null; isReplacing: boolean }
  | { verb: 'verify'; path: string | null; key: string | null; digests: string[] };

export const usage = `hearth: backups, restoring them, verifying what is stored, readings out and in, and a way back in

  hearth backup                make a backup now and prove it
  hearth backups               all of them, and whether they are good
  hearth key                   the secret key that opens them; keep it elsewhere
  hearth key --new             another one, where it was taken away
  hearth restore FOLDER        put a backup into an empty data folder
  hearth verify                verify the readings of the data folder
  hearth verify FILE           those of a file, such as one of a backup
  hearth verify FOLDER         a backup: it is restored into a scratch folder and compared

  hearth export FILE           readings into a file: .csv, .jsonl or .parquet
  hearth import FILE           readings of a file: of these, of InfluxDB (.lp) or Home Assistant (.db)

  hearth recover NAME          a new password for somebody who lost theirs, the phone or the key

  --format NAME   export, import: where the file's name does not say it
  --devices A,B   export: these alone; and --quantities temperature,setpoint
  --from TIME     export: from then on, such as 2026-11-01; and --to
  --try           import: stores nothing, and says what it would
  --key FILE      the key that opens a backup (default: backup-key in the data folder)
  --replace       restore: what the data folder has is set aside, not deleted
  --only NAME     restore: this file alone, readings.db for instance; it takes the place of what is there
  --digest HEX    verify: a digest that was kept elsewhere; may be given several times
  --json          for programs

Works on the data folder (HEARTH_DATA_DIR, default ./data), as the user that Hearth runs as.
`;

const digestPattern = /^[0-9a-f]{64}$/;

const options = {
  key: { type: 'string' },
  format: { type: 'string' },
  devices: { type: 'string' },
  quantities: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  try: { type: 'boolean' },
  new: { type: 'boolean' },
  replace: { type: 'boolean' },
  only: { type: 'string', multiple: true },
  digest: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Options, and the verb that each belongs to. */
const belongs = {
  new: ['key'],
  replace: ['restore'],
  only: ['restore'],
  digest: ['verify'],
  key: ['restore', 'verify'],
  format: ['export', 'import'],
  devices: ['export'],
  quantities: ['export'],
  from: ['export'],
  to: ['export'],
  try: ['import'],
};

/** @throws {UsageError} */
export function parseCommandLine(argv: readonly string[]): Command | 'help' {
  const { values, positionals } = readCommandLine(argv, options);
  const [verb, path, ...more] = positionals;
  if (values.help || verb === undefined || verb === 'help') return 'help';
  for (const [option, verbs] of Object.entries(belongs))
    if (values[option as keyof typeof belongs] !== undefined && !verbs.includes(verb))
      throw new UsageError(`--${option} belongs to ${verbs.join(' and ')}`);
  if (more.length > 0) throw new UsageError(`one at a time, got also ${more.join(' ')}`);
  const { key = null, only = null, digest: digests = [] } = values;
  if (verb === 'restore') {
    if (path === undefined) throw new UsageError('restore takes the folder of a backup');
    return { verb, folder: path, key, only, isReplacing: values.replace ?? false };
  }
  if (verb === 'verify') {
    const odd = digests.find((digest) => !digestPattern.test(digest));
    if (odd !== undefined) throw new UsageError(`a digest has 64 digits of 0-9 and a-f, got ${odd}`);
    return { verb, path: path ?? null, key, digests };
  }
  if (verb === 'recover') {
    if (path === undefined) throw new UsageError('recover takes the name of a person');
    return { verb, person: path };
  }
  if (verb === 'export' || verb === 'import') {
    if (path === undefined) throw new UsageError(`${verb} takes a file`);
    const { format = null, devices = null, quantities = null, from: first = null, to: last = null } = values;
    if (verb === 'import') return { verb, file: path, format, isTry: values.try ?? false };
    return { verb, file: path, format, devices, quantities, first, last };
  }
  if (path !== undefined) throw new UsageError(`${verb} takes nothing more, got ${path}`);
  if (verb === 'key') return { verb, isNew: values.new ?? false };
  if (verb === 'backup' || verb === 'backups') return { verb };
  throw new UsageError(
    `there is no verb ${verb}: backup, backups, key, restore, verify, export, import or recover`,
  );
}
