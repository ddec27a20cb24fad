/** One point of InfluxDB's line protocol. Values are as they stand, text without its quotes. */
export interface Point {
  measurement: string;
  tags: Map<string, string>;
  fields: Map<string, string | boolean>;
  /** Digits; null where the line has no time. */
  time: string | null;
}

/**
 * Reads one line; null when it is none. Comments and empty lines are for the caller to leave out.
 * @see docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol
 */
export function parsePoint(line: string): Point | null {
  const series = endOf(line, 0, ' ');
  const fieldsEnd = endOf(line, series + 1, ' ', true);
  const time = line.slice(fieldsEnd + 1).trim();
  if (series >= line.length || !/^(-?\d{1,19})?$/.test(time)) return null;
  const [measurement = '', ...tagTexts] = split(line.slice(0, series), ',');
  const tags = pairs(tagTexts);
  const given = pairs(split(line.slice(series + 1, fieldsEnd), ',', true));
  if (measurement === '' || tags === null || given === null || given.size === 0) return null;
  const fields = new Map<string, string | boolean>();
  for (const [name, text] of given) {
    const value = valueOf(text);
    if (value === null) return null;
    fields.set(name, value);
  }
  return { measurement: unescape(measurement), tags, fields, time: time === '' ? null : time };
}

const words: Record<string, boolean> = {};
for (const word of ['t', 'T', 'true', 'True', 'TRUE']) words[word] = true;
for (const word of ['f', 'F', 'false', 'False', 'FALSE']) words[word] = false;

/** A field's value: a float, an integer (`3i`, `3u`), a boolean or text in quotes. */
function valueOf(text: string): string | boolean | null {
  if (text.startsWith('"'))
    return text.length >= 2 && text.endsWith('"') ? text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') : null;
  if (Object.hasOwn(words, text)) return words[text]!;
  return /^[+-]?[\d.][\d.eE+-]*[iu]?$/.test(text) ? text.replace(/[iu]$/, '') : null;
}

/** Where `mark` stands next, neither escaped nor, with `quotes`, in quotes; the end of the line where it does not. */
function endOf(line: string, from: number, mark: string, quotes = false): number {
  let isQuoted = false;
  for (let at = from; at < line.length; at++) {
    const c = line[at];
    if (c === '\\') at++;
    else if (c === '"' && quotes) isQuoted = !isQuoted;
    else if (c === mark && !isQuoted) return at;
  }
  return line.length;
}

function split(text: string, mark: string, quotes = false): string[] {
  const parts: string[] = [];
  for (let from = 0; from <= text.length;) {
    const end = endOf(text, from, mark, quotes);
    parts.push(text.slice(from, end));
    from = end + 1;
  }
  return parts;
}

/** `name=value` of each; null when one is not so. */
function pairs(texts: readonly string[]): Map<string, string> | null {
  const map = new Map<string, string>();
  for (const text of texts) {
    const equals = endOf(text, 0, '=');
    if (equals === 0 || equals >= text.length - 1) return null;
    const value = text.slice(equals + 1);
    map.set(unescape(text.slice(0, equals)), value.startsWith('"') ? value : unescape(value));
  }
  return map;
}

function unescape(text: string): string {
  return text.includes('\\') ? text.replaceAll(/\\([,= ])/g, '$1') : text;
}
