const addresses = new WeakMap<object, string>();

/** Notes where a connection comes from; a WebSocket's stream does not know it itself. */
export function notePeer(conn: object, address: string | undefined): void {
  if (address !== undefined) addresses.set(conn, address);
}

/** The address at the far end of a connection; `unknown` when it was gone before anybody asked. */
export function addressOf(conn: object): string {
  return addresses.get(conn) ?? 'unknown';
}
