import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-marks-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function fixture(version: number, more = ''): void {
  const db = openForWriting(databasePath(dataDir));
  db.exec(readFileSync(join(import.meta.dirname, 'fixtures', `store-v${version}.sql`), 'utf8') + more);
  db.close();
}

const nano = { command: 'python train.py', cwd: '/home/kim/nano' };
const ppl = { name: 'ppl', pattern: 'Round {step}: {value}' };

it('the version before has none, and rules can be kept in it', () => {
  fixture(29);
  const { programMarks, close } = openWriter({ dataDir });
  expect(programMarks.of(nano)).toEqual([]);
  programMarks.put(nano, ppl, null);
  programMarks.put(nano, { name: 'b', pattern: 'b {value}' }, null);
  programMarks.put({ ...nano, cwd: '/elsewhere' }, ppl, null);
  programMarks.put(nano, { name: 'perplexity', pattern: 'Round {value}' }, 'ppl');
  programMarks.remove(nano, 'b');
  expect(programMarks.of(nano)).toEqual([{ name: 'perplexity', pattern: 'Round {value}' }]);
  expect(programMarks.of({ ...nano, cwd: '/elsewhere' })).toEqual([ppl]);
  close();
});

it('those of version 30 are read, and one that cannot be read stays where it is', () => {
  fixture(30, "INSERT INTO program_mark VALUES (2, 'python train.py', '/home/kim/nano', 'broken', 'no place');");
  const said: string[] = [];
  const writer = openWriter({ dataDir, log: (level, text) => void said.push(`${level} ${text}`) });
  expect(writer.programMarks.of(nano)).toEqual([ppl]);
  expect(said.filter((line) => line.startsWith('warn the rule broken'))).toHaveLength(1);
  writer.close();
});
