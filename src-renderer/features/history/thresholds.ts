import { z } from 'zod';
import { plainLook, type ViewLook } from '../../data/history-view';
import { Store } from '../../data/store';

const KEY = 'coldaisle.thresholds';
const Kept = z.record(z.string(), z.number());

/**
 * By pane, the value that its lines are read against, in the pane's unit: of this window's machine, kept from visit to visit, for
 * views that say nothing of it themselves.
 */
export class Thresholds {
  readonly values: Store<ReadonlyMap<string, number>>;

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.values = new Store<ReadonlyMap<string, number>>(new Map(Object.entries(read(storage))));
  }

  /** How lines are drawn where nothing else is said. */
  get usual(): ViewLook {
    return { ...plainLook, thresholds: Object.fromEntries(this.values.get()) };
  }

  /** Null takes it away. */
  set(paneId: string, value: number | null): void {
    const next = new Map(this.values.get());
    if (value === null) next.delete(paneId);
    else next.set(paneId, value);
    this.values.set(next);
    this.storage.setItem(KEY, JSON.stringify(Object.fromEntries(next)));
  }
}

function read(storage: Pick<Storage, 'getItem'>): Record<string, number> {
  try {
    const kept = Kept.safeParse(JSON.parse(storage.getItem(KEY) ?? '{}'));
    return kept.success ? kept.data : {};
  } catch {
    return {};
  }
}
