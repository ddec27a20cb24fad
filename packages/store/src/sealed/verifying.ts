import { openEnvelope } from '../codec/envelope.ts';
import { decodeTimes } from '../codec/times.ts';
import { absent, decodeValues } from '../codec/values.ts';
import { timesPart, type SealedBlock } from './blocks.ts';
import { blockDigest, chainHash, chainStart, type ChainedBlock, type ChainEntry } from './chain.ts';
import { openContainer } from './container.ts';

/** What is wrong with a stretch of readings. */
export interface Finding {
  what: 'chain-broken' | 'back-dated' | 'missing' | 'altered' | 'unknown' | 'unreadable' | 'rollup-wrong';
  device: string;
  /** Of its readings, Unix ms; null where the chain itself is meant. */
  first: number | null;
  last: number | null;
  detail: string;
}

/** What was verified, and what was found: nothing, where all is as it was sealed. */
export interface Verified {
  blocks: number;
  readings: number;
  rollups: number;
  entries: number;
  /** The hash of the newest entry of the chain, in hex: whoever keeps it can tell later that nothing before was changed. */
  digest: string;
  findings: Finding[];
}

/** A link of the chain as it is kept. */
export interface ChainRow {
  number: number;
  at: number;
  entry: string;
  hash: Buffer;
}

/** A block as it is kept, with the name of its device. */
export interface BlockRow extends SealedBlock {
  device: string;
}

/** How far a clock that is set right may step back between two seals. */
const steppedMs = 60_000;

/** How far a clock may have run ahead of the time at which its readings were sealed. */
const aheadMs = 86_400_000;

/** What is found as links and blocks are shown to it: first every link in order, then every block. */
export interface Verifying {
  follow(link: ChainRow): void;
  /** Compares a block with what the chain has of it, and decodes it. */
  check(block: BlockRow): void;
  /** What was dropped of a device as older than its retention. */
  prunedOf(device: string): readonly ChainedBlock[];
  /** Notes rollups that were compared with their readings. */
  addRollups(compared: { rollups: number; findings: readonly Finding[] }): void;
  end(): Verified;
}

/** @param digests of chains, kept elsewhere: each has to be found again */
export function startVerifying(digests: readonly string[]): Verifying {
  const findings: Finding[] = [];
  /** By SHA-256: the blocks that the chain says are there. */
  const living = new Map<string, { device: string; first: number; last: number }>();
  const pruned = new Map<string, ChainedBlock[]>();
  const wanted = new Set(digests);
  const counts = { blocks: 0, readings: 0, rollups: 0, entries: 0 };
  let before: Buffer = chainStart;
  let beforeAt = 0;

  const broken = (detail: string): void => {
    findings.push({ what: 'chain-broken', device: '', first: null, last: null, detail });
  };

  return {
    follow({ number, at, entry, hash }) {
      counts.entries++;
      if (number !== counts.entries) broken(`entry ${counts.entries} is missing: the next one is ${number}`);
      if (!chainHash(before, at, entry).equals(hash)) broken(`entry ${number} is not what its hash says`);
      const { device, kind, added, removed } = JSON.parse(entry) as ChainEntry;
      if (kind === 'prune') pruned.set(device, [...(pruned.get(device) ?? []), ...removed]);
      if (at < beforeAt - steppedMs)
        findings.push(backDated(device, added, `entry ${number} claims to be older than the one before`));
      // First what was taken away: what was merged may have the bytes of before.
      for (const [first, last, , sha256] of removed)
        if (!living.delete(sha256))
          broken(`entry ${number} takes away ${device} ${first} to ${last}, which was not there`);
      for (const [first, last, , sha256] of added) {
        if (last > at + aheadMs)
          findings.push(backDated(device, [[first, last]], `sealed ${last - at} ms before it was measured`));
        living.set(sha256, { device, first, last });
      }
      wanted.delete(hash.toString('hex'));
      before = hash;
      beforeAt = at;
    },
    check(block) {
      const { device, first, last } = block;
      counts.blocks++;
      if (!living.delete(blockDigest(device, block).toString('hex')))
        findings.push({ what: 'altered', device, first, last, detail: 'its bytes are not what was sealed' });
      try {
        counts.readings += countReadings(block);
      } catch (error) {
        findings.push({ what: 'unreadable', device, first, last, detail: (error as Error).message });
      }
    },
    prunedOf: (device) => pruned.get(device) ?? [],
    addRollups(compared) {
      counts.rollups += compared.rollups;
      findings.push(...compared.findings);
    },
    end() {
      for (const digest of wanted)
        broken(`the digest ${digest} is not in the chain: what was sealed before it was changed`);
      for (const { device, first, last } of living.values()) {
        // What was altered is not missing as well.
        const isThere = findings.some(
          (one) => one.what === 'altered' && one.device === device && one.first === first,
        );
        if (!isThere)
          findings.push({ what: 'missing', device, first, last, detail: 'it was sealed and is not there' });
      }
      return { ...counts, digest: before.toString('hex'), findings };
    },
  };
}

function backDated(
  device: string,
  added: readonly (readonly [number, number, ...unknown[]])[],
  detail: string,
): Finding {
  const first = Math.min(...added.map(([start]) => start));
  const last = Math.max(...added.map(([, end]) => end));
  return { what: 'back-dated', device, first, last, detail };
}

/** @throws where a block cannot be decoded, or has not what it says */
function countReadings({ data, first, last, count, summary }: BlockRow): number {
  const parts = openContainer(data);
  const instants = decodeTimes(openEnvelope(parts.get(timesPart)!));
  if (instants.length !== count || instants[0] !== first || instants.at(-1) !== last)
    throw new Error('its instants are not those that it says');
  let readings = 0;
  for (const [quantity, part] of parts) {
    if (quantity === timesPart) continue;
    const column = decodeValues(openEnvelope(part));
    const present = column.filter((value) => value !== absent).length;
    if (column.length !== count || present !== summary[quantity]?.[0])
      throw new Error(`${quantity} has ${present} readings at ${column.length} instants`);
    readings += present;
  }
  return readings;
}
