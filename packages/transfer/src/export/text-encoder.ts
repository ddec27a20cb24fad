import type { Value } from '@hearth/contract';
import type { RawReadings } from '@hearth/store';
import { csvField } from '../csv-field.ts';
import { factsOf, instantText, unitOf, valueOf } from '../words.ts';
import { nothing, type Encoder } from './encoder.ts';

const utf8 = new TextEncoder();

/** The lines of a slice: what changes from line to line stands between `start`, `middle` and `end`. */
function lines(
  { quantity, at, value }: RawReadings,
  [start, middle, end]: [string, string, string],
  word: (value: Value) => string,
): Uint8Array<ArrayBuffer> {
  const facts = factsOf(quantity);
  let text = '';
  for (let i = 0; i < at.length; i++)
    text += start + instantText(at[i]!) + middle + word(valueOf(facts, value[i]!)) + end;
  return utf8.encode(text);
}

/** CSV with a line of names. Numbers stay bare: they cannot be formulas. @see RFC 4180 */
export function createCsvEncoder(): Encoder {
  const word = (value: Value): string => {
    if (value === null) return '';
    return typeof value === 'string' ? csvField(value) : String(value);
  };
  return {
    begin: () => utf8.encode('time,device,quantity,value,unit\r\n'),
    add(slice) {
      const middle = `,${csvField(slice.device)},${csvField(slice.quantity)},`;
      return lines(slice, ['', middle, `,${csvField(unitOf(slice.quantity) ?? '')}\r\n`], word);
    },
    end: () => nothing,
  };
}

/** One JSON object a line, each with the same fields. @see jsonlines.org */
export function createJsonLinesEncoder(): Encoder {
  return {
    begin: () => nothing,
    add(slice) {
      const { device, quantity } = slice;
      const middle = `","device":${JSON.stringify(device)},"quantity":${JSON.stringify(quantity)},"value":`;
      const end = `,"unit":${JSON.stringify(unitOf(quantity))}}\n`;
      return lines(slice, ['{"time":"', middle, end], JSON.stringify);
    },
    end: () => nothing,
  };
}
