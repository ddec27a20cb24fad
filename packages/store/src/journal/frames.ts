import { crc32 } from 'node:zlib';

/** `Hjf1` */
const magic = 0x3166_6a48;

/** Magic, length of the payload, number (8 bytes), CRC-32 of number and payload; little-endian. */
export const frameHeadLength = 20;

/** Longer than any commit makes: a length beyond it is not one. */
const payloadLimit = 1 << 28;

/** A frame of the journal: what one commit wrote. Numbers go up by one, also from file to file. */
export interface Frame {
  number: number;
  payload: Uint8Array;
}

/** Puts the head of a frame into the first bytes of `frame`, whose payload stands behind them. */
export function writeHead(frame: Buffer, number: number): void {
  frame.writeUInt32LE(magic, 0);
  frame.writeUInt32LE(frame.length - frameHeadLength, 4);
  frame.writeBigUInt64LE(BigInt(number), 8);
  frame.writeUInt32LE(checksum(frame), 16);
}

function checksum(frame: Buffer): number {
  return crc32(frame.subarray(frameHeadLength), crc32(frame.subarray(8, 16)));
}

/** The whole frame that begins at `at`; null where none does. */
function readFrame(file: Buffer, at: number): Frame | null {
  if (at + frameHeadLength > file.length || file.readUInt32LE(at) !== magic) return null;
  const length = file.readUInt32LE(at + 4);
  if (length > payloadLimit || at + frameHeadLength + length > file.length) return null;
  const frame = file.subarray(at, at + frameHeadLength + length);
  if (checksum(frame) !== frame.readUInt32LE(16)) return null;
  return { number: Number(frame.readBigUInt64LE(8)), payload: frame.subarray(frameHeadLength) };
}

/** What a file of the journal holds. */
export interface ReadFile {
  frames: Frame[];
  /** Where the next frame goes. */
  end: number;
  /** Bytes amid the frames that are none: the disk lost something that it had promised. */
  damagedBytes: number;
}

/**
 * Reads the frames of a file from its beginning. Behind the newest stand zeros, a frame that was being written when
 * the power went, or frames of the file's former use, whose numbers are lower. Whole frames with higher numbers
 * behind bytes that are none mean that the file is damaged; they are read all the same.
 * @param from frames with lower numbers are of no use any more
 */
export function readFrames(file: Buffer, from: number): ReadFile {
  const frames: Frame[] = [];
  let end = 0;
  let damagedBytes = 0;
  for (;;) {
    const last = frames.at(-1)?.number ?? from - 1;
    const frame = readFrame(file, end);
    if (frame && frame.number > last) {
      frames.push(frame);
      end += frameHeadLength + frame.payload.length;
      continue;
    }
    const next = findNewer(file, end, last);
    if (next === null) return { frames, end, damagedBytes };
    damagedBytes += next - end;
    end = next;
  }
}

const magicBytes = Buffer.from('Hjf1');

/** Where the next whole frame begins whose number is higher; null where there is none. */
function findNewer(file: Buffer, from: number, number: number): number | null {
  for (let at = file.indexOf(magicBytes, from); at !== -1; at = file.indexOf(magicBytes, at + 1)) {
    const frame = readFrame(file, at);
    if (frame && frame.number > number) return at;
  }
  return null;
}
