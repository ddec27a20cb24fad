import { type Link, openLink, type Place } from './link.ts';

/** Connections that have subscribed to a topic of their own, and are silent. They stay open until `end`. */
export interface IdleJob {
  kind: 'idle';
  place: Place;
  connections: number;
}

/** Sockets that are being opened at once. */
const atOnce = 25;

/** Opens them; `end` closes them again. */
export async function openIdle({ place, connections }: IdleJob): Promise<{ end(): Promise<void> }> {
  const links: Link[] = [];
  const openOne = async (n: number): Promise<void> => {
    const link = await openLink(place, `${place.username}-idle-${n}`);
    links.push(link);
    await link.subscribe(`bench/idle/${n}`, 1);
  };
  for (let from = 0; from < connections; from += atOnce) {
    const count = Math.min(atOnce, connections - from);
    await Promise.all(Array.from({ length: count }, (_, n) => openOne(from + n)));
  }
  return { end: async () => void (await Promise.all(links.map((link) => link.end()))) };
}
