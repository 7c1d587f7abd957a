import { z } from 'zod';
import type { TableSort } from './columns';

const Kept = z.object({
  sort: z.object({ by: z.string(), direction: z.enum(['ascending', 'descending']) }).nullable(),
  /** Only of columns that someone showed or hid. */
  shown: z.record(z.string(), z.boolean()),
});

/** How someone last looked at a table. */
export interface KeptView {
  readonly sort: TableSort | null;
  readonly shown: Readonly<Record<string, boolean>>;
}

const nothing: KeptView = { sort: null, shown: {} };
const keyOf = (tableId: string): string => `coldaisle.table.${tableId}`;

export function readView(storage: Pick<Storage, 'getItem'>, tableId: string): KeptView {
  try {
    const kept = Kept.safeParse(JSON.parse(storage.getItem(keyOf(tableId)) ?? 'null'));
    return kept.success ? kept.data : nothing;
  } catch {
    return nothing;
  }
}

export function keepView(storage: Pick<Storage, 'setItem' | 'removeItem'>, tableId: string, view: KeptView | null): void {
  if (view === null) storage.removeItem(keyOf(tableId));
  else storage.setItem(keyOf(tableId), JSON.stringify(view));
}
