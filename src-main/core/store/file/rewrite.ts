import { parseJson } from './json';
import type { WriteHandle } from './open';

/** Puts each JSON object that `select` gives as `key` and `json` through `change`; what is no object stays. */
export function rewrite(
  db: WriteHandle,
  select: string,
  update: string,
  change: (value: Record<string, unknown>) => Record<string, unknown>,
): void {
  const put = db.change(update);
  for (const { key, json } of db.query<{ key: string | number; json: string }>(select).all()) {
    const value = parseJson(json);
    if (isRecord(value)) put.run(JSON.stringify(change(value)), key);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
