import type { WriteHandle } from '../../file/open';
import { maskArguments } from '../../../processes/mask-command';
import { parseJson } from '../../file/json';
import type { Migration } from '../../file/migration';

/**
 * Leaves the secrets out of the commands of programs that are over, which versions before kept as they were typed. One that waits or
 * is under way still needs them. What lists find runs by is made anew (run-index.ts).
 */
export const runArguments: Migration = {
  version: 37,
  name: 'run arguments',
  sql: '',
  run: maskEnded,
};

function maskEnded(db: WriteHandle): void {
  const rows = db.query<{ key: number; params: string }>(
    "SELECT key, params FROM run WHERE kind = 'program' AND status IN ('succeeded', 'failed', 'stopped')",
  );
  const put = db.change('UPDATE run SET params = ? WHERE key = ?');
  for (const { key, params } of rows.all()) {
    const kept = parseJson(params);
    if (!isRecord(kept)) continue;
    const args = typeof kept['args'] === 'string' ? parseJson(kept['args']) : null;
    if (typeof kept['command'] !== 'string' || !Array.isArray(args) || !args.every((arg) => typeof arg === 'string')) continue;
    const [command, ...shown] = maskArguments([kept['command'], ...args]);
    const masked = { command: command ?? '', args: JSON.stringify(shown) };
    if (masked.command === kept['command'] && masked.args === JSON.stringify(args)) continue;
    put.run(JSON.stringify({ ...kept, ...masked }), key);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
