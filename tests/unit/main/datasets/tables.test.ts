import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { english } from '@shared/text/message';
import { dataFolder, textsOf, type DataFolder } from '../../../helpers/data-sources';

let folder: DataFolder;
beforeEach(async () => {
  folder = await dataFolder();
});
afterEach(() => folder.close());

const types = (stored: Awaited<ReturnType<DataFolder['take']>>): Record<string, string> =>
  Object.fromEntries(stored.version.columns.map(({ name, type }) => [name, type]));
const notes = (stored: Awaited<ReturnType<DataFolder['take']>>): string[] => stored.version.notes.map(english);

describe('tables of text', () => {
  it('finds types by all values, not by the first', async () => {
    const rows = Array.from(
      { length: 400 },
      (_, i) =>
        `${i},${i % 2 ? 'yes' : 'no'},${i < 399 ? i / 2 : 'n/a'},2026-11-${String((i % 28) + 1).padStart(2, '0')},word ${i},${i === 399 ? 'x9' : i}`,
    );
    const stored = await folder.take(await folder.put({ 'a.csv': `id,bought,half,day,text,late\n${rows.join('\n')}\n` }), {
      target: 'bought',
    });
    expect(types(stored)).toEqual({ id: 'number', bought: 'category', half: 'number', day: 'time', text: 'text', late: 'text' });
    expect(stored.version).toMatchObject({ rows: 400, kind: 'table', target: 'bought', source: { format: 'csv', files: 1 } });
    expect(stored.column('bought').categories).toEqual(['no', 'yes']);
    expect(stored.column('half').missing).toBe(1);
    expect((await stored.read('day', 27, 1)) as { values: Float64Array }).toMatchObject({
      values: Float64Array.of(Date.UTC(2026, 10, 28)),
    });
    expect(notes(stored)).toEqual([
      'The times in "day" tell no zone: they are taken as UTC.',
      'The column "late" is kept as text: 1 of its values is no number, the first "x9" (line 401).',
    ]);
  });

  it('keeps the zeros of codes, and units', async () => {
    const stored = await folder.take(
      await folder.put({ 'a.csv': 'zip;power;share\n01234;1,5 kW;3 %\n01234;2,5 kW;4 %\n00017;0,5 kW;\n00017;;1 %\n' }),
    );
    expect(types(stored)).toEqual({ zip: 'category', power: 'number', share: 'number' });
    expect(stored.column('power')).toMatchObject({ unit: 'kW', missing: 1 });
    expect(await stored.read('power')).toEqual({ type: 'number', values: Float64Array.of(1.5, 2.5, 0.5, NaN) });
    expect(notes(stored)).toEqual(['The column "zip" is kept as text: a number would lose the zeros before 01234.']);
  });

  it('names the lines that cannot be read and keeps nothing, or leaves them out when told to', async () => {
    const path = await folder.put({ 'bad.csv': 'a,b\n1,2\n3\n"open,5\n6,7\n8,9,10\n' });
    await expect(folder.take(path)).rejects.toThrow(
      'Nothing was taken in: 3 lines or files cannot be read. bad.csv, line 3: it has 1 field instead of 2; bad.csv, line 4: a quoted field has no proper end; bad.csv, line 6: it has 3 fields instead of 2',
    );
    expect(folder.catalogue.list).toEqual([]);
    expect(readdirSync(join(folder.dir, 'datasets'))).toEqual([]);
    const stored = await folder.take(path, { skipBad: true });
    expect(stored.rows).toBe(2);
    expect(await stored.read('a')).toEqual({ type: 'number', values: Float64Array.of(1, 6) });
    expect(notes(stored)[0]).toContain('3 lines or files that cannot be read were left out.');
  });

  it('refuses an empty file, a target that is not there, and a file that nothing tells', async () => {
    await expect(folder.take(await folder.put({ 'e.csv': '' }))).rejects.toThrow('e.csv: There are no rows in it.');
    await expect(folder.take(await folder.put({ 'h.csv': 'a,b\n' }))).rejects.toThrow('There are no rows in it.');
    const path = await folder.put({ 'a.csv': 'a,b\n1,2\n' });
    await expect(folder.take(path, { target: 'c' })).rejects.toThrow('There is no column "c". There are: a, b.');
    await expect(folder.take(await folder.put({ 'what.bin': 'x' }))).rejects.toThrow('Nothing shows what what.bin is.');
    expect(folder.catalogue.list).toEqual([]);
  });

  it('reads tabs, gzip, UTF-16 and a file without a header', async () => {
    const tabs = await folder.take(await folder.put({ 'a.tsv': 'x\ty\n1\ta,b\n2\tc\n' }));
    expect(await tabs.read('y')).toEqual({ type: 'text', values: ['a,b', 'c'] });
    const packed = await folder.take(await folder.put({ 'p.csv.gz': gzipSync('x,y\n1,2\n') }));
    expect(await packed.read('y')).toEqual({ type: 'number', values: Float64Array.of(2) });
    const wide = await folder.take(await folder.put({ 'w.csv': Buffer.from('\uFEFFx,名\n1,好\n2,坏\n', 'utf16le') }));
    expect(await wide.read('名')).toEqual({ type: 'text', values: ['好', '坏'] });
    const bare = await folder.take(
      await folder.put({ 'iris.data': '5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,virginica\n5.8,2.7,virginica\n' }),
    );
    expect(types(bare)).toEqual({ '#1': 'number', '#2': 'number', '#3': 'category' });
  });

  it('reads a document in a cell that is longer than a line of measurements', async () => {
    const long = 'word '.repeat(40_000);
    const stored = await folder.take(await folder.put({ 'l.csv': `id,text\n1,"${long}"\n2,short\n` }));
    const values = textsOf(await stored.read('text'));
    expect(values.map((value) => value?.length)).toEqual([199_999, 5]);
  });
});

describe('JSON lines', () => {
  it('joins the keys of all lines', async () => {
    const lines = [
      { a: 1, ok: true },
      { a: null, late: 'x' },
      { a: 2.5, ok: false, list: [1] },
    ];
    const stored = await folder.take(await folder.put({ 'a.jsonl': `${lines.map((line) => JSON.stringify(line)).join('\n')}\n\n` }));
    expect(await stored.read('a')).toEqual({ type: 'number', values: Float64Array.of(1, NaN, 2.5) });
    expect(await stored.read('late')).toEqual({ type: 'text', values: [null, 'x', null] });
    expect(types(stored)).not.toHaveProperty('list');
    expect(notes(stored)).toContain('a.jsonl: the column "list" holds lists or objects, which are left out');
    await expect(folder.take(await folder.put({ 'b.jsonl': '{"a":1}\n[1]\n{"a":\n' }))).rejects.toThrow(
      /b.jsonl, line 2: it is no JSON object; b.jsonl, line 3: it is no JSON: /,
    );
  });
});

describe('Parquet', () => {
  it('reads numbers, whole numbers, texts and times', async () => {
    const writer = new ByteWriter();
    const when = [
      new Date('2026-11-20T10:00:00Z'),
      new Date('2026-11-21T10:00:00Z'),
      new Date('2026-11-22T10:00:00Z'),
      new Date('2026-11-23T10:00:00Z'),
    ];
    await parquetWrite({
      writer,
      columnData: [
        { name: 'x', data: [1.5, 2.5, null, 4], type: 'DOUBLE' },
        { name: 'big', data: [1n, 2n, 3n, 4n], type: 'INT64' },
        { name: 'word', data: ['a', 'b', 'a', 'b'], type: 'STRING' },
        { name: 'at', data: when, type: 'TIMESTAMP' },
      ],
    });
    const stored = await folder.take(await folder.put({ 'a.parquet': new Uint8Array(writer.getBuffer()) }));
    expect(types(stored)).toEqual({ x: 'number', big: 'number', word: 'category', at: 'time' });
    expect(await stored.read('x')).toEqual({ type: 'number', values: Float64Array.of(1.5, 2.5, NaN, 4) });
    expect(await stored.read('at')).toEqual({ type: 'time', values: Float64Array.from(when, (date) => date.getTime()) });
    await expect(folder.take(await folder.put({ 'b.parquet': 'no' }))).rejects.toThrow('b.parquet: it cannot be read as Parquet:');
  });
});
