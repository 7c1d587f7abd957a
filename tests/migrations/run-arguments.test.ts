import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { paramsOfProgram, programOf } from '@shared/model/program';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-arguments-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const typed = { command: 'python', args: ['train.py', '--api-key', 'typed-once', '--lr', '0.1'], cwd: '/home/kim' };

it('a secret that was typed as an argument is left out of runs that are over, and of what they are found by; one that waits keeps it', () => {
  const db = openForWriting(databasePath(dataDir));
  db.exec(readFileSync(join(import.meta.dirname, 'fixtures', 'store-v36.sql'), 'utf8'));
  const copy = db.change(
    `INSERT INTO run (id, kind, recipe, engine, status, created_at_ms, params, progress, last, search)
     SELECT ?, 'program', 'python', 'program', ?, created_at_ms, ?, progress, last, ? FROM run LIMIT 1`,
  );
  for (const [id, status, args] of [
    ['over', 'failed', typed.args],
    ['waits', 'queued', typed.args],
    ['plain', 'succeeded', ['train.py']],
  ] as const)
    copy.run(id, status, JSON.stringify(paramsOfProgram({ ...typed, args: [...args] })), args.join(' '));
  db.close();
  const writer = openWriter({ dataDir });
  const argsOf = (id: string) => programOf(writer.runs.get(id)?.params ?? {})?.args;
  expect(argsOf('over')).toEqual(['train.py', '--api-key', '***', '--lr', '0.1']);
  expect(argsOf('waits')).toEqual(typed.args);
  expect(argsOf('plain')).toEqual(['train.py']);
  writer.close();
  const after = openForWriting(databasePath(dataDir));
  const found = after.query<{ id: string }>("SELECT id FROM run WHERE search LIKE '%typed-once%'").all();
  after.close();
  expect(found).toEqual([{ id: 'waits' }]);
});
