import type { PriceList } from '@shared/model/price-list';
import type { Migration } from '../file/migration';
import type { WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';

export interface PriceListTable {
  /** All versions, in the order in which they were made. */
  load(): PriceList[];
  /** Makes a new version. What is there stays as it is: bills were made with it. */
  add(list: Omit<PriceList, 'id'>): PriceList;
}

function openPriceListTable(db: WriteHandle): PriceListTable {
  const all = db.query<PriceList>(
    `SELECT id, from_ms AS fromMs, currency, price_per_kwh AS pricePerKwh, grid_kg_per_kwh AS gridKgPerKwh FROM price_list ORDER BY id`,
  );
  const put = db.query<{ id: number }>(
    'INSERT INTO price_list (from_ms, currency, price_per_kwh, grid_kg_per_kwh) VALUES (?, ?, ?, ?) RETURNING id',
  );
  return {
    load: () => all.all(),
    add(list) {
      const id = put.get(list.fromMs, list.currency, list.pricePerKwh, list.gridKgPerKwh)?.id;
      if (id === undefined) throw new Error('the price list was not stored');
      return { id, ...list };
    },
  };
}

/** `price_list`: what energy costs and emits from a moment on; a row is never changed, because bills name it. */
const table: Migration = {
  version: 14,
  name: 'price lists',
  sql: `
    CREATE TABLE price_list (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      -- In force from here on, wall clock ms.
      from_ms REAL NOT NULL,
      currency TEXT NOT NULL,
      price_per_kwh REAL NOT NULL,
      -- kg CO2e per kWh, location-based.
      grid_kg_per_kwh REAL NOT NULL
    ) STRICT;
  `,
};

/** The versions of what energy costs. */
export const priceLists = repository({ migrations: [table], write: ({ db }) => openPriceListTable(db), ...noQueries });
