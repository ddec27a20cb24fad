import type { Client } from 'aedes';

/** What of aedes' client is called when a packet has been dealt with; also by `resume`, which is no packet's end. */
const dealt = '_nextBatch';
type Dealing = Record<typeof dealt, (error?: Error) => void>;

/** The packets of one connection that aedes is at work on. */
export interface InFlight {
  /** So many packets go to aedes, in so many bytes. */
  add(packets: number, bytes: number): void;
  /** Whether it should get no more before it has done with these. */
  readonly isFull: boolean;
}

/**
 * Counts them, since aedes does not: it takes every arrival of bytes for the end of a packet, reads on, and holds in
 * memory whatever a client sends while a disk or another client is slow.
 */
export function countInFlight(client: Client, packetsMax: number, bytesMax: number): InFlight {
  const dealing = client as unknown as Dealing;
  const { [dealt]: nextBatch } = dealing;
  let packets = 0;
  let bytes = 0;
  dealing[dealt] = (error) => {
    if (packets > 0) packets--;
    if (packets === 0) bytes = 0;
    nextBatch(error);
  };
  return {
    add(more, moreBytes) {
      packets += more;
      bytes += moreBytes;
    },
    get isFull() {
      return packets > 0 && (packets >= packetsMax || bytes >= bytesMax);
    },
  };
}
