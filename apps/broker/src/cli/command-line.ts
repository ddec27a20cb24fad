import { readCommandLine, UsageError } from '@hearth/part';
import type { Credential } from '@hearth/contract';

/** What a command line asks for. */
export type Command =
  | { verb: 'list' }
  | { verb: 'add'; id: string; role: Credential['role']; home: string; topics: string[] }
  | { verb: 'rotate'; id: string }
  | { verb: 'revoke'; id: string };

export const usage = `hearth-broker: who may connect to Hearth's MQTT broker

  hearth-broker list                       every credential
  hearth-broker add ID                     a device; prints its secret, this once
  hearth-broker add ID --gateway --topics rtl_433/#,zigbee2mqtt/#
  hearth-broker add ID --admin             may read $SYS, and nothing else
  hearth-broker rotate ID                  the next secret; the former works until the next is used
  hearth-broker revoke ID                  ends it, and cuts what is connected with it

  --home HOME   the home of the device (default: home)
  --json        for programs

Works on the data folder (HEARTH_DATA_DIR, default ./data), whether the broker runs or not.
`;

const options = {
  gateway: { type: 'boolean' },
  admin: { type: 'boolean' },
  topics: { type: 'string' },
  home: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws {UsageError} */
export function parseCommandLine(argv: readonly string[]): { command: Command | 'help'; isJson: boolean } {
  const { values, positionals } = readCommandLine(argv, options);
  const isJson = values.json ?? false;
  const [verb, id, ...more] = positionals;
  if (values.help || verb === 'help' || verb === undefined) return { command: 'help', isJson };
  if (more.length > 0) throw new UsageError(`one id at a time, got also ${more.join(' ')}`);
  if (verb !== 'add')
    for (const option of ['gateway', 'admin', 'topics', 'home'] as const)
      if (values[option] !== undefined) throw new UsageError(`--${option} belongs to add`);
  if (verb === 'list') {
    if (id !== undefined) throw new UsageError('list takes no id');
    return { command: { verb }, isJson };
  }
  if (verb !== 'add' && verb !== 'rotate' && verb !== 'revoke')
    throw new UsageError(`there is no verb ${verb}: list, add, rotate or revoke`);
  if (id === undefined) throw new UsageError(`${verb} takes an id`);
  if (verb !== 'add') return { command: { verb, id }, isJson };

  const topics = values.topics?.split(',').filter((filter) => filter !== '') ?? [];
  if (values.gateway && values.admin) throw new UsageError('either --gateway or --admin');
  if (values.gateway && topics.length === 0)
    throw new UsageError('a gateway takes --topics, filters with commas between them');
  if (!values.gateway && topics.length > 0) throw new UsageError('--topics belongs to --gateway');
  const role = values.gateway ? 'gateway' : values.admin ? 'admin' : 'device';
  return { command: { verb, id, role, home: values.home ?? 'home', topics }, isJson };
}
