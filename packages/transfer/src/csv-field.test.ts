import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvField, fromCsvField } from './csv-field.ts';

test.for([
  ['hall-thermostat', 'hall-thermostat'],
  ['°C', '°C'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\r\nlines', '"two\r\nlines"'],
  [' padded ', '" padded "'],
  ['=1+2', `"'=1+2"`],
  ['+1', `"'+1"`],
  ['-2+3+cmd|calc', `"'-2+3+cmd|calc"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\t=1', `"'\t=1"`],
  ['\r=1', `"'\r=1"`],
  ['＝1', `"'＝1"`],
  ['=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
  ['', ''],
])('%j stands in CSV as %j', ([text, field]) => {
  expect(csvField(text!)).toBe(field);
});

test('no text begins a formula, and every text comes back', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `=${text}`),
      ),
      (text) => {
        const field = csvField(text);
        const inside = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
        expect(inside).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        if (!field.startsWith('"')) expect(field).not.toMatch(/[",;\r\n\t]/);
        // Text that begins with an apostrophe and a formula is the one that cannot be told from one that was guarded.
        if (!/^'[=+\-@\t\r\n＝＋－＠]/.test(text)) expect(fromCsvField(inside)).toBe(text);
      },
    ),
    { numRuns: 2000 },
  );
});
