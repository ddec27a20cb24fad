import { open } from 'node:fs/promises';
import { limits } from './limits.ts';

/** A line that cannot be read as one. */
interface BadLine {
  reason: 'line-too-long' | 'encoding';
  got: string;
}

/** Some lines of a text file, and the byte after the last of them. */
export interface Block {
  lines: (string | BadLine)[];
  end: number;
  /** Of the file, in bytes. */
  size: number;
}

/** Read at a time: some thousand lines. */
const blockBytes = 65_536;
/** A character of UTF-8 has up to 4 bytes. */
const carryMaxBytes = limits.lineMax * 4;
const [lf, cr] = [10, 13];
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The lines of a file from a byte on, without their ends (LF or CRLF) and without a byte order mark. Memory is bounded
 * whatever the file is: a line that is too long is dropped, and known by its beginning.
 */
export async function* readLines(path: string, from: number): AsyncGenerator<Block> {
  await using file = await open(path);
  const { size } = await file.stat();
  const buffer = Buffer.alloc(blockBytes);
  let carry: Buffer = Buffer.alloc(0);
  /** The beginning of a line that is too long, until its end comes. */
  let dropped: string | null = null;
  for (let offset = from; ;) {
    const { bytesRead } = await file.read(buffer, 0, blockBytes, offset);
    const data = Buffer.concat([carry, buffer.subarray(0, bytesRead)]);
    const dataStart = offset - carry.length;
    offset += bytesRead;
    const whole = bytesRead === 0 ? data.length : data.lastIndexOf(lf) + 1;
    if (whole > 0 || (bytesRead === 0 && dropped !== null)) {
      const rest = dropped === null ? 0 : endOfLine(data);
      const lines = linesOf(data.subarray(rest, whole), dataStart === 0);
      if (dropped !== null) lines.unshift({ reason: 'line-too-long', got: dropped });
      dropped = null;
      yield { lines, end: dataStart + whole, size };
    }
    if (bytesRead === 0) return;
    carry = data.subarray(whole);
    if (carry.length > carryMaxBytes) dropped ??= carry.toString('latin1', 0, 100);
    if (dropped !== null) carry = Buffer.alloc(0);
  }
}

function endOfLine(data: Buffer): number {
  const at = data.indexOf(lf);
  return at < 0 ? data.length : at + 1;
}

function linesOf(bytes: Buffer, isStart: boolean): (string | BadLine)[] {
  if (bytes.length === 0) return [];
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return splitBytes(bytes).map((line) => decoded(line));
  }
  const lines = (isStart ? text.replace(/^\uFEFF/, '') : text).split('\n');
  // What ends in a line's end has no line after it.
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => bounded(line.endsWith('\r') ? line.slice(0, -1) : line));
}

function splitBytes(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(lf, at);
    const next = end < 0 ? bytes.length : end;
    lines.push(bytes.subarray(at, next > at && bytes[next - 1] === cr ? next - 1 : next));
    at = next + 1;
  }
  return lines;
}

function decoded(line: Buffer): string | BadLine {
  try {
    return bounded(utf8.decode(line));
  } catch {
    return { reason: 'encoding', got: line.toString('latin1', 0, 100) };
  }
}

function bounded(line: string): string | BadLine {
  return line.length > limits.lineMax ? { reason: 'line-too-long', got: line.slice(0, 100) } : line;
}
