import { describe, expect, it } from 'vitest';
import { english } from '@shared/text/message';
import { csvFields } from '@shared/base/csv-fields';
import { RecordScanner, type TextRecord } from '../../../../src-main/core/transfer/records';

/** Fed in chunks of so many bytes. */
function scan(text: string, pieceBytes: number, separator: string | null): TextRecord[] {
  const bytes = Buffer.from(text);
  const scanner = new RecordScanner({ separator: separator?.charCodeAt(0) ?? null, fromByte: 0, fromLine: 1 });
  const found: TextRecord[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) found.push(...scanner.push(bytes.subarray(at, at + pieceBytes)));
  return [...found, ...scanner.end()];
}
const brief = (records: TextRecord[]): unknown[] =>
  records.map(({ text, line, problem }) => [line, problem === null ? text : english(problem)]);

describe('lines', () => {
  it.each([1, 2, 3, 7, 1000])('are the same however the file comes, %i bytes at a time', (size) => {
    const text = '\uFEFFfirst\r\nzweite Zeile: °C 温度\n\nlast without its end';
    const records = scan(text, size, null);
    expect(brief(records)).toEqual([
      [1, 'first'],
      [2, 'zweite Zeile: °C 温度'],
      [3, ''],
      [4, 'last without its end'],
    ]);
    // Reading on from where any of them ended finds the rest.
    const bytes = Buffer.from(text);
    for (const [i, { nextByte, nextLine }] of records.entries()) {
      const scanner = new RecordScanner({ separator: null, fromByte: nextByte, fromLine: nextLine });
      expect(brief([...scanner.push(bytes.subarray(nextByte)), ...scanner.end()])).toEqual(brief(records.slice(i + 1)));
    }
  });

  it.each([100, 1 << 20])('one without an end in sight is given up, and the next read, %i bytes at a time', (size) => {
    const records = scan(`a\n${'x'.repeat(300_000)}\nb\n`, size, null);
    expect(brief(records)).toEqual([
      [1, 'a'],
      [2, 'it is too long'],
      [3, 'b'],
    ]);
    expect(records[1]?.text.length).toBeLessThan(1000);
  });
});

describe('CSV records', () => {
  it.each([1, 3, 1000])('hold line breaks, separators and quotes inside quotes, %i bytes at a time', (size) => {
    const records = scan('a,"two\nlines, ""quoted""",c\r\nplain,5" disk,x\n"",\n', size, ',');
    expect(records.map(({ line, text }) => [line, csvFields(text, ',')])).toEqual([
      [1, ['a', 'two\nlines, "quoted"', 'c']],
      [3, ['plain', '5" disk', 'x']],
      [4, ['', '']],
    ]);
  });

  it.each([50, 1 << 20])('a quote that is never closed costs its own line only, %i bytes at a time', (size) => {
    const rows = Array.from({ length: 3000 }, (_, i) => `row ${i},"label ${i}",${'z'.repeat(20)}`);
    const records = scan(`a,b\n1,"open\n${rows.join('\n')}\n2,"x"y,3\nend,"ok"`, size, ',');
    const bad = records.filter((record) => record.problem !== null);
    expect(brief(bad)).toEqual([
      [2, 'a quoted field has no proper end'],
      [3003, 'a quoted field has no proper end'],
    ]);
    expect(records).toHaveLength(3000 + 4);
    expect(records.at(-1)?.text).toBe('end,"ok"');
  });
});
