import type { BrokerFace } from '@hearth/contract';
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';

const waitMs = 10_000;

/** An encrypted door of a broker. */
interface Door {
  host: string;
  port: number;
}

/**
 * The encrypted door that is looked at: of the broker itself where its address is one, else what it says of its own;
 * undefined where it has none.
 */
function encryptedDoor(brokerUrl: string, listeners: BrokerFace['listeners']): Door | undefined {
  const { protocol, hostname, port } = new URL(brokerUrl);
  if (protocol === 'mqtts:') return { host: hostname, port: Number(port || 8883) };
  const own = listeners.find(({ kind }) => kind === 'mqtts');
  return own && { host: hostname, port: own.port };
}

/**
 * When the first certificate ends of the one that an encrypted door of the broker shows and its authority's, Unix ms;
 * null where it has no such door. @throws when nobody answers.
 */
export async function certificateEnd(
  brokerUrl: string,
  control: { describe: () => Promise<BrokerFace> },
): Promise<number | null> {
  const isTold = new URL(brokerUrl).protocol !== 'mqtts:';
  const { listeners, ca } = isTold ? await control.describe() : { listeners: [], ca: null };
  const door = encryptedDoor(brokerUrl, listeners);
  if (!door) return null;
  const shown = await endOfShown(door);
  return ca === null ? shown : Math.min(shown, Date.parse(new X509Certificate(ca).validTo));
}

async function endOfShown({ host, port }: Door): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  // Whoever it is: what is asked is only until when it says that it is so.
  const socket = connect({
    host,
    port,
    rejectUnauthorized: false,
    ...(isIP(host) === 0 && { servername: host }),
  });
  socket.setTimeout(waitMs, () => socket.destroy(new Error('no answer')));
  socket.once('error', reject);
  socket.once('secureConnect', () => {
    resolve(Date.parse(socket.getPeerCertificate().valid_to));
    socket.destroy();
  });
  return promise;
}
