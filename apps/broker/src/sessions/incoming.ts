/** QoS 2 messages that came in and whose PUBREL has not, by session and packet id. */
export interface Incoming {
  /** Undefined for an id that is free. `written`: on its way to the disk, `published`: handed on. */
  stateOf(name: string, packetId: number): 'written' | 'published' | undefined;
  set(name: string, packetId: number, state: 'written' | 'published'): void;
  delete(name: string, packetId: number): boolean;
  clear(name: string): void;
  count(name: string): number;
}

export function createIncoming(): Incoming {
  const byName = new Map<string, Map<number, 'written' | 'published'>>();
  return {
    stateOf: (name, packetId) => byName.get(name)?.get(packetId),
    set(name, packetId, state) {
      let ids = byName.get(name);
      if (!ids) byName.set(name, (ids = new Map()));
      ids.set(packetId, state);
    },
    delete(name, packetId) {
      const ids = byName.get(name);
      const isThere = ids?.delete(packetId) ?? false;
      if (ids?.size === 0) byName.delete(name);
      return isThere;
    },
    clear: (name) => void byName.delete(name),
    count: (name) => byName.get(name)?.size ?? 0,
  };
}
