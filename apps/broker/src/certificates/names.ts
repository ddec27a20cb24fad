import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** What clients may call this machine. */
export interface ServerNames {
  dns: string[];
  ip: string[];
}

/** RFC 1123, and no longer than a certificate's common name may be. */
const dnsName = /^(?=.{1,64}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/**
 * The names and addresses of this machine at present, sorted, and `more` of them, separated by commas: a container
 * does not know those of its host. Link-local addresses differ by interface and are left out.
 */
export function serverNames(more = ''): ServerNames {
  const host = hostname();
  const given = more.split(',').map((name) => name.trim());
  const givenAddresses = given.filter((name) => isIP(name) !== 0);
  const givenNames = given.filter((name) => isIP(name) === 0);
  const names = [host, ...(host.includes('.') ? [] : [`${host}.local`]), 'localhost', ...givenNames];
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const ip = addresses.map(({ address }) => address).filter((address) => !/^(fe80|169\.254)/i.test(address));
  return {
    dns: [...new Set(names.filter((name) => dnsName.test(name)))],
    ip: [...new Set([...ip, ...givenAddresses, '127.0.0.1', '::1'])].toSorted(),
  };
}
