import { decode, encode, type Attribute, type Attributes } from './attributes.ts';

/** Commands that every cluster has. @see ZCL 07-5123, 2.5 */
const command = {
  read: 0x00,
  readAnswer: 0x01,
  write: 0x02,
  writeAnswer: 0x04,
  configureReporting: 0x06,
  configureReportingAnswer: 0x07,
  readReporting: 0x08,
  report: 0x0a,
  defaultAnswer: 0x0b,
} as const;
/** Frame control: from the server, no default answer wanted. */
const fromServer = 0x18;
const unsupported = 0x86;

/** What a frame did: the frames that answer it, what was asked and written, and the attributes that changed. */
interface Done {
  answers: Buffer[];
  noted: [verb: 'read' | 'write', attribute: number, value: string][];
  written: number[];
}

/** A device's answer to a frame of ZCL for one of its clusters. Attributes that are written are changed. */
export function answerZcl(attributes: Attributes, frame: Buffer): Done {
  const done: Done = { answers: [], noted: [], written: [] };
  const control = frame[0]!;
  const isOfMaker = (control & 0x04) !== 0;
  const headLength = isOfMaker ? 5 : 3;
  const asked = frame[headLength - 1]!;
  const rest = frame.subarray(headLength);
  const answer = (code: number, ...body: readonly Buffer[]): void => {
    const head = Buffer.from([
      fromServer | (isOfMaker ? 0x04 : 0),
      ...frame.subarray(1, headLength - 1),
      code,
    ]);
    done.answers.push(Buffer.concat([head, ...body]));
  };
  const isForAll = (control & 0x03) === 0;
  if (isForAll && asked === command.read) answer(command.readAnswer, ...read(attributes, rest, done));
  else if (isForAll && asked === command.write) answer(command.writeAnswer, write(attributes, rest, done));
  else if (isForAll && asked === command.configureReporting)
    answer(command.configureReportingAnswer, Buffer.from([0]));
  else if (asked !== command.defaultAnswer || !isForAll) {
    const wantsAnswer = (control & 0x10) === 0 || isForAll;
    if (wantsAnswer) answer(command.defaultAnswer, Buffer.from([asked, isForAll ? unsupported : 0]));
  }
  return done;
}

function read(attributes: Attributes, ids: Buffer, { noted }: Done): Buffer[] {
  const answers: Buffer[] = [];
  for (let at = 0; at + 1 < ids.length; at += 2) {
    const id = ids.readUInt16LE(at);
    const known = attributes.get(id);
    noted.push(['read', id, '']);
    answers.push(
      ids.subarray(at, at + 2),
      known ? Buffer.concat([Buffer.from([0]), encode(known)]) : Buffer.from([unsupported]),
    );
  }
  return answers;
}

/** Success alone where all could be written; else the status of each that could not. */
function write(attributes: Attributes, records: Buffer, { noted, written }: Done): Buffer {
  const failed: Buffer[] = [];
  for (let at = 0; at + 2 < records.length;) {
    const id = records.readUInt16LE(at);
    const { value, length } = decode(records.subarray(at + 2));
    const known = attributes.get(id);
    noted.push(['write', id, String(value)]);
    if (known && known.type !== 'string') {
      known.value = value;
      written.push(id);
    } else failed.push(Buffer.from([unsupported]), records.subarray(at, at + 2));
    at += 2 + length;
  }
  return failed.length > 0 ? Buffer.concat(failed) : Buffer.from([0]);
}

/** A report of one attribute, which nobody asked for. */
export function reportZcl(sequence: number, id: number, attribute: Attribute): Buffer {
  const head = Buffer.from([fromServer, sequence, command.report, id & 0xff, id >> 8]);
  return Buffer.concat([head, encode(attribute)]);
}
