import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { Series } from '@shared/model/series';
import type { RpcClient } from '@shared/rpc/client';
import { ready, valueOf, type Loadable } from './loadable';
import { Store, type Readable } from './store';

/** Series of ended runs that are held beyond those wanted now: with more, those asked for first are given up. */
const MAX_FOUND = 4_000;

/** A full frame replaces, another changes what it names. */
export function reduceSeries(
  before: readonly Series[] | null,
  { full, series, removed }: { readonly full: boolean; readonly series: readonly Series[]; readonly removed: readonly number[] },
): readonly Series[] {
  const changed = new Set([...removed, ...series.map(({ id }) => id)]);
  const kept = before === null || full ? [] : before.filter(({ id }) => !changed.has(id));
  return [...kept, ...series].sort((a, b) => a.id - b.id);
}

/** The living series and those of ended runs that a page asked for: what can be drawn. */
export class SeriesList implements Readable<Loadable<readonly Series[]>>, Disposable {
  private readonly store: Store<Loadable<readonly Series[]>>;
  private readonly found = new Map<number, Series>();
  private readonly asked = new Set<string>();
  /** Devices of the runs wanted last: given up, they would be asked for again at once. */
  private wanted: ReadonlySet<string> = new Set();
  private readonly stops = new DisposableStore();
  readonly get: () => Loadable<readonly Series[]>;
  readonly subscribe: (listener: () => void) => () => void;

  constructor(
    private readonly client: RpcClient,
    private readonly living: Readable<Loadable<readonly Series[]>>,
  ) {
    this.store = new Store(living.get());
    this.get = this.store.get;
    this.subscribe = this.store.subscribe;
    this.stops.defer(living.subscribe(() => this.join()));
  }

  /** Sees to it that the series of these runs are in the list; each is asked for once. */
  wantRuns(runIds: readonly string[]): void {
    this.wanted = new Set(runIds.map((id) => `run/${id}`));
    const devices = [...this.wanted].filter((device) => !this.asked.has(device));
    if (devices.length === 0) return;
    for (const device of devices) this.asked.add(device);
    void this.find({ devices }).then((listed) => {
      if (!listed) for (const device of devices) this.asked.delete(device);
    });
  }

  /** Sees to it that the series of these ids are in the list. @returns once they are, or there are none */
  async wantIds(ids: readonly number[]): Promise<void> {
    const listed = new Set((valueOf(this.store.get()) ?? []).map(({ id }) => id));
    const unknown = ids.filter((id) => !listed.has(id));
    if (unknown.length > 0) await this.find({ ids: unknown });
  }

  /** Sees to it that the series of these names are in the list. @returns once they are, or there are none */
  async wantNames(names: readonly Pick<Series, 'device' | 'metric'>[]): Promise<void> {
    const listed = new Set((valueOf(this.store.get()) ?? []).map(({ device, metric }) => `${metric}@${device}`));
    const devices = names.filter(({ device, metric }) => !listed.has(`${metric}@${device}`)).map(({ device }) => device);
    if (devices.length > 0) await this.find({ devices: [...new Set(devices)] });
  }

  dispose(): void {
    this.stops.dispose();
  }

  private async find(wanted: { ids?: number[]; devices?: string[] }): Promise<boolean> {
    try {
      const { series } = await this.client.call('series.find', wanted);
      for (const one of series) this.found.set(one.id, one);
      const spare = [...this.found.values()].filter(({ device }) => !this.wanted.has(device));
      for (const { id, device } of spare.slice(0, Math.max(0, spare.length - MAX_FOUND))) {
        this.asked.delete(device);
        this.found.delete(id);
      }
      this.join();
      return true;
    } catch {
      // Asked again with the next wish.
      return false;
    }
  }

  private join(): void {
    const living = this.living.get();
    const value = valueOf(living);
    if (!value || this.found.size === 0) return this.store.set(living);
    const all = new Map([...this.found.values(), ...value].map((series) => [series.id, series]));
    this.store.set(ready([...all.values()].sort((a, b) => a.id - b.id)));
  }
}
