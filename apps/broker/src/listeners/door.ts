import type { Socket } from 'node:net';
import {
  connectionsMax,
  connectionsPerAddressShare,
  strangerGraceMs,
  strangersPerAddressMax,
} from '../limits.ts';

/** A socket that was let in at one of the listeners. */
export interface Guest {
  /** Its turn has come: from now on only itself can be what delays it. */
  serve(): void;
  /** It has shown a right secret, and counts as a stranger no longer. */
  know(): void;
}

/** Counts the sockets of all listeners, so that no address and no crowd of strangers can take all of them. */
export interface Door {
  /** null: it was closed, since there is no room. */
  admit(socket: Socket): Guest | null;
  readonly count: number;
}

interface Stranger {
  socket: Socket;
  servedAt: number | null;
}

/** @param max sockets at once. */
export function createDoor(max = connectionsMax, now = () => performance.now()): Door {
  const strangers = new Map<string, Set<Stranger>>();
  const perAddress = new Map<string, number>();
  let count = 0;

  /** Closes the oldest stranger that had its chance; false when all of them are still new or waiting. */
  const evict = (crowd: Iterable<Stranger>): boolean => {
    const servedBefore = now() - strangerGraceMs;
    for (const { socket, servedAt } of crowd) {
      if (servedAt === null || servedAt > servedBefore || socket.destroyed) continue;
      socket.destroy();
      return true;
    }
    return false;
  };
  const hasRoom = (address: string): boolean => {
    if ((perAddress.get(address) ?? 0) >= max * connectionsPerAddressShare) return false;
    const crowd = strangers.get(address);
    if (crowd && crowd.size >= strangersPerAddressMax) return evict(crowd);
    if (count < max) return true;
    for (const others of strangers.values()) if (evict(others)) return true;
    return false;
  };

  return {
    get count() {
      return count;
    },
    admit(socket) {
      const address = addressKey(socket.remoteAddress);
      if (address === null || !hasRoom(address)) {
        socket.destroy();
        return null;
      }
      const stranger: Stranger = { socket, servedAt: null };
      const crowd = strangers.get(address) ?? new Set();
      strangers.set(address, crowd.add(stranger));
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
      count++;
      const know = (): void => {
        const own = strangers.get(address);
        if (own?.delete(stranger) && own.size === 0) strangers.delete(address);
      };
      socket.once('close', () => {
        count--;
        know();
        const left = (perAddress.get(address) ?? 1) - 1;
        if (left > 0) perAddress.set(address, left);
        else perAddress.delete(address);
      });
      return { serve: () => (stranger.servedAt ??= now()), know };
    },
  };
}

/**
 * What of an address tells one host from another: of IPv6 the first 64 bits, since a host takes the rest as it
 * likes. null when the socket is gone already.
 */
export function addressKey(address: string | undefined): string | null {
  if (address === undefined) return null;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%', 1)[0]!.split('::');
  const first = head.split(':').filter(Boolean);
  const last = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...Array<string>(zeros).fill('0'), ...last].slice(0, 4).join(':');
}
