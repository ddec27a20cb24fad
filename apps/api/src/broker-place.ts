import { isIP } from 'node:net';
import type { BrokerFace, BrokerPlace } from '@hearth/contract';
import type { Bridge } from './bridge/bridge.ts';
import type { Config } from './config.ts';

/** Where the broker is for a device that has sent this request, and the certificate of our authority. */
export type PlaceOfBroker = (caller: {
  hostname: string;
  ip: string;
}) => Promise<{ place: BrokerPlace; ca: string | null }>;

/** Asks our broker each time: it may listen elsewhere since its last start. */
export function createPlaceOfBroker(
  control: Bridge['control'],
  config: Pick<Config, 'HEARTH_BROKER_URL' | 'HEARTH_DEVICE_BROKER_URL'>,
): PlaceOfBroker {
  return async (caller) => {
    const face = await control.describe();
    const place = placeFor(face, caller, {
      brokerUrl: config.HEARTH_BROKER_URL,
      deviceUrl: config.HEARTH_DEVICE_BROKER_URL,
    });
    return { place, ca: face.ca };
  };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.') || host.startsWith('::ffff:127.');

/**
 * Where a device finds the broker. A device that has reached us at `hostname` reaches there what runs beside
 * us; doors that are open to this machine only are told to nobody else. `deviceUrl` is what the owner set.
 */
export function placeFor(
  { listeners }: BrokerFace,
  caller: { hostname: string; ip: string },
  { brokerUrl, deviceUrl }: { brokerUrl: string; deviceUrl: string | undefined },
): BrokerPlace {
  if (deviceUrl !== undefined) {
    const { hostname, port, protocol } = new URL(deviceUrl);
    return protocol === 'mqtts:'
      ? { host: hostname, ports: { mqtts: Number(port || 8883) } }
      : { host: hostname, ports: { mqtt: Number(port || 1883) } };
  }
  const { hostname } = new URL(brokerUrl);
  const isBesideUs = isLoopback(hostname) || hostname === '0.0.0.0';
  const isHere = isLoopback(caller.ip);
  const ports: BrokerPlace['ports'] = {};
  for (const { kind, host, port } of listeners) if (isHere || !isLoopback(host)) ports[kind] = port;
  return { host: isBesideUs ? bareHost(caller.hostname) : hostname, ports };
}

/** IPv6 addresses stand in brackets in a URL, and nowhere else. */
export function bareHost(hostname: string): string {
  const inner = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(inner) === 6 ? inner : hostname;
}
