import type { Device, DeviceDay } from './data-set.ts';
import { daysOf } from './data-set.ts';
import type { Answer, Question } from './questions.ts';
import { columnsOf } from './columns.ts';

/** Rows of one question's answer that grow while the data set goes by. */
interface Growing {
  see(part: DeviceDay, at: Float64Array): void;
  answer(): Answer;
}

/** What is right, computed from the data set itself, for engines that round instants to `stampMs`. */
export function computeAnswers(
  devices: readonly Device[],
  questions: readonly Question[],
  stampMs: number,
): Answer[] {
  const growing = questions.map((question) =>
    question.kind === 'latest'
      ? growLatest()
      : question.kind === 'raw'
        ? growRaw(question)
        : growPoints(question),
  );
  for (const parts of daysOf(devices))
    for (const part of parts) {
      const at = stampMs === 1 ? part.at : part.at.map((instant) => Math.round(instant / stampMs) * stampMs);
      for (const one of growing) one.see(part, at);
    }
  return growing.map((one) => one.answer());
}

function growLatest(): Growing {
  const newest = new Map<string, [at: number, value: number]>();
  return {
    see({ device, values }, at) {
      if (at.length === 0) return;
      for (const [i, quantity] of device.quantities.entries())
        newest.set(`${device.name} ${quantity}`, [at.at(-1)!, values[i]!.at(-1)!]);
    },
    answer: () => columnsOf([...newest.values()], 2),
  };
}

function growRaw(question: Extract<Question, { kind: 'raw' }>): Growing {
  const rows: [at: number, value: number][] = [];
  return {
    see: (part, at) => eachOf(question, part, at, (instant, value) => rows.push([instant, value])),
    answer: () => columnsOf(rows, 2),
  };
}

function growPoints(question: Extract<Question, { kind: 'points' }>): Growing {
  const buckets = new Map<number, { count: number; sum: number; min: number; max: number }>();
  return {
    see: (part, at) =>
      eachOf(question, part, at, (instant, value) => {
        const start = instant - (instant % question.widthMs);
        let bucket = buckets.get(start);
        if (!bucket) buckets.set(start, (bucket = { count: 0, sum: 0, min: value, max: value }));
        bucket.count += 1;
        bucket.sum += value;
        bucket.min = Math.min(bucket.min, value);
        bucket.max = Math.max(bucket.max, value);
      }),
    answer: () => {
      const rows = [...buckets].map(([start, { count, sum, min, max }]) => [start, min, sum / count, max]);
      return columnsOf(
        rows.toSorted((a, b) => a[0]! - b[0]!),
        4,
      );
    },
  };
}

function eachOf(
  { series, from, to }: Exclude<Question, { kind: 'latest' }>,
  { device, values }: DeviceDay,
  at: Float64Array,
  see: (at: number, value: number) => void,
): void {
  if (device.name !== series.device) return;
  const column = values[device.quantities.indexOf(series.quantity)]!;
  for (const [row, instant] of at.entries()) if (instant >= from && instant < to) see(instant, column[row]!);
}

const sumOf = (numbers: Float64Array): number => numbers.reduce((total, number) => total + number, 0);

/**
 * Compares an answer with what is right: as many rows, and the sum of each column. Not everybody says of when the
 * newest readings are; and who keeps only changes has fewer raw rows, which are not compared.
 * @param tolerance relative to each sum
 * @throws where it is wrong: nobody is fast by that.
 */
export function assertRight(
  who: string,
  { kind }: Question,
  answer: Answer,
  right: Answer,
  { tolerance = 1e-9 }: { tolerance?: number },
): void {
  const keepsAll = tolerance < 1e-6;
  if (!keepsAll && kind === 'raw') return;
  for (const [i, column] of right.entries()) {
    const found = answer[i];
    // An hour in which nothing came has the state that stood, where only changes are kept.
    const spare = keepsAll ? 0 : column.length / 50;
    if (!found || Math.abs(found.length - column.length) > spare)
      throw new Error(
        `${who} answers ${kind} with ${found?.length ?? 'no'} rows, right are ${column.length}`,
      );
    if (kind === 'latest' && i === 0) continue;
    // Least and greatest of an hour are also of the state that stood when it began.
    if (!keepsAll && kind === 'points' && i !== 2) continue;
    const [is, must] = [(sumOf(found) / found.length) * column.length, sumOf(column)];
    if (Math.abs(is - must) > tolerance * Math.max(1, Math.abs(must)))
      throw new Error(`${who} answers ${kind} with a sum of ${is} in column ${i}, right is ${must}`);
  }
}
