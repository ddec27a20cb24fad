import { isProbeId } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Aedes, Client } from 'aedes';
import type { Connections } from '../gate/connections.ts';
import { addressOf } from '../listeners/peers.ts';

/**
 * Writes down who comes and goes, from where and why: `client` is the session, `address` the far end. An
 * unheard `error` would end the process.
 */
export function logConnections(aedes: Aedes, connections: Connections, log: Log): void {
  const facts = (client: Client) => ({ client: client.id, address: addressOf(client.conn) });
  /** A probe comes and goes twice a minute, which is no news. */
  const levelOf = (client: Client): 'debug' | 'info' =>
    isProbeId(connections.of(client)?.identity.id ?? '') ? 'debug' : 'info';
  const reasonOf = (client: Client): string => {
    if (connections.of(client)?.isRevoked) return 'revoked';
    return connections.isTakenOver(client) ? 'takeover' : 'closed';
  };
  aedes.on('clientReady', (client) => {
    const role = connections.of(client)?.identity.role;
    log[levelOf(client)]({ ...facts(client), role, connections: connections.count }, 'connected');
  });
  aedes.on('clientDisconnect', (client) =>
    log[levelOf(client)](
      { ...facts(client), reason: reasonOf(client), connections: connections.count },
      'disconnected',
    ),
  );
  aedes.on('clientError', (client, error) =>
    log.debug({ ...facts(client), reason: error.message, err: error }, 'client failed'),
  );
  aedes.on('connectionError', (client, error) =>
    log.debug({ address: addressOf(client.conn), reason: error.message, err: error }, 'connection failed'),
  );
  (aedes as NodeJS.EventEmitter).on('error', (error) => log.error({ err: error as Error }, 'aedes failed'));
}
