import { listAt } from '@shared/energy/bill';
import type { PriceList } from '@shared/model/price-list';
import type { Settings } from '@shared/model/settings';
import type { PriceListTable } from '../store/records/price-lists';

export interface PriceListsOptions {
  readonly table: PriceListTable;
  readonly settings: () => Pick<Settings, 'tariff' | 'carbon'>;
  readonly wallMs: () => number;
  readonly log: (level: 'warn', text: string) => void;
}

/** The versions of the price list: what a person changes in the settings makes a new one, and none is ever changed. */
export class PriceLists {
  private lists: PriceList[];

  constructor(private readonly options: PriceListsOptions) {
    this.lists = options.table.load();
    // What was set when the first version is made was in force before: nothing tells of another.
    this.update(this.lists.length === 0 ? 0 : options.wallMs());
  }

  /** All versions in the order in which they were made. */
  get all(): readonly PriceList[] {
    return this.lists;
  }

  /** @returns the version in force */
  at(atMs: number): PriceList | null {
    return listAt(this.lists, atMs);
  }

  /** To be told of each change of the settings. */
  settingsChanged(): void {
    this.update(this.options.wallMs());
  }

  private update(fromMs: number): void {
    const { tariff, carbon } = this.options.settings();
    const next = { fromMs, currency: tariff.currency, pricePerKwh: tariff.pricePerKwh, gridKgPerKwh: carbon.gridKgPerKwh };
    const last = this.lists.at(-1);
    if (last !== undefined && isSame(last, next)) return;
    try {
      this.lists = [...this.lists, this.options.table.add(next)];
    } catch (error) {
      this.options.log('warn', `the price list could not be stored, bills go on with the one before: ${String(error)}`);
    }
  }
}

function isSame(a: Omit<PriceList, 'id' | 'fromMs'>, b: Omit<PriceList, 'id' | 'fromMs'>): boolean {
  return a.currency === b.currency && a.pricePerKwh === b.pricePerKwh && a.gridKgPerKwh === b.gridKgPerKwh;
}
