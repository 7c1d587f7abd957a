import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WriteHandle } from '../../file/open';
import type { Migration } from '../../file/migration';

interface LogRow {
  readonly runId: string;
  readonly seq: number;
  readonly atMs: number;
  readonly source: string;
  readonly text: string;
}

/**
 * The last lines of each run's log, until now rows, become a file of its own (core/jobs/log/segments.ts, frozen here). The
 * files are there before the rows go; a step that fails half-way is done again over the same files.
 */
export const runLogFiles: Migration = {
  version: 20,
  name: 'run-log-files',
  sql: '',
  run(db) {
    const rows = db
      .query<LogRow>(
        'SELECT run.id AS runId, seq, at_ms AS atMs, source, text FROM run_log JOIN run ON run.key = run_key ORDER BY run_key, seq',
      )
      .all();
    const runs = new Map<string, LogRow[]>();
    for (const row of rows) runs.set(row.runId, [...(runs.get(row.runId) ?? []), row]);
    for (const [runId, lines] of runs) writeLog(db, runId, lines);
    db.exec('DROP TABLE run_log');
  },
};

function writeLog(db: WriteHandle, runId: string, lines: readonly LogRow[]): void {
  const [first] = lines;
  if (first === undefined) return;
  const folder = encodeURIComponent(runId).replaceAll('.', '%2E').replaceAll('*', '%2A');
  const dir = join(dirname(db.path), 'runs', folder, 'log');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const name = `${String(first.seq).padStart(12, '0')}-${first.atMs}.log`;
  // An older database was put back beside a newer log of the same run: that one has these lines too.
  if (readdirSync(dir).some((other) => other !== name)) return;
  const text = lines.map(({ seq, atMs, source, text }) => `${seq}\t${atMs}\t${source}\t${text.replaceAll(/\p{Cc}/gu, ' ')}\n`).join('');
  const file = openSync(join(dir, name), 'w', 0o600);
  try {
    const data = Buffer.from(text);
    for (let at = 0; at < data.length;) at += writeSync(file, data, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
