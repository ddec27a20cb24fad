import { type Link, openLinkWith, type Place } from '../broker/link.ts';
import { connect, subscribe, type Dialect } from './packets.ts';

/** A connection of a load, in one of the dialects; else as that of `bench broker`. */
export interface DialectLink extends Link {
  readonly dialect: Dialect;
}

/** @throws when the broker refuses it, or closes it before CONNACK. */
export async function openLink(
  dialect: Dialect,
  place: Place,
  name: string,
  clean = true,
): Promise<DialectLink> {
  const clientId = `${place.username}-${name}`;
  const link = await openLinkWith(place.port, clientId, {
    connect: connect(dialect, place, clientId, clean),
    subscribe: (filter, qos) => subscribe(dialect, filter, qos),
  });
  return { ...link, dialect };
}
