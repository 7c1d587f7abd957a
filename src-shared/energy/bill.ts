import type { BillLine, PriceList } from '../model/price-list';
import { energyCo2eKg, energyCost } from './price';
import { QUARTER_MS } from './quarters';

/** What is to be paid for of one quarter of an hour. */
export interface QuarterRow {
  /** Number of the quarter: ms since the epoch / {@link QUARTER_MS}. */
  readonly quarter: number;
  readonly energyJ: number;
}

/** What some quarters cost by one price list: a tariff is such a function. */
export type Pricing = (rows: readonly QuarterRow[], list: PriceList) => BillLine[];

/** Digits behind the decimal sign of a line's amounts: of a run of a second there is still something to be seen. */
const DIGITS = 9;

/** One price at all hours: a single line. */
export const flatPricing: Pricing = (rows, { id, currency, pricePerKwh, gridKgPerKwh }) => {
  if (rows.length === 0) return [];
  const energyJ = rows.reduce((sum, row) => sum + row.energyJ, 0);
  const quarters = rows.map(({ quarter }) => quarter);
  return [
    {
      priceListId: id,
      fromMs: Math.min(...quarters) * QUARTER_MS,
      toMs: (Math.max(...quarters) + 1) * QUARTER_MS,
      energyJ,
      currency,
      pricePerKwh,
      gridKgPerKwh,
      cost: rounded(energyCost(energyJ, pricePerKwh)),
      co2eKg: rounded(energyCo2eKg(energyJ, gridKgPerKwh)),
    },
  ];
};

/** The lines of a bill: each quarter by the price list that was in force when it began. */
export function billLines(rows: readonly QuarterRow[], lists: readonly PriceList[], pricing: Pricing = flatPricing): BillLine[] {
  const byList = new Map<PriceList, QuarterRow[]>();
  for (const row of rows) {
    const list = listAt(lists, row.quarter * QUARTER_MS);
    if (list === null) continue;
    const own = byList.get(list);
    if (own) own.push(row);
    else byList.set(list, [row]);
  }
  return [...byList].flatMap(([list, own]) => pricing(own, list)).sort((a, b) => a.fromMs - b.fromMs);
}

/** The version in force at a moment, of all in the order in which they were made; before the first it is the first. */
export function listAt(lists: readonly PriceList[], atMs: number): PriceList | null {
  return lists.findLast(({ fromMs }) => fromMs <= atMs) ?? lists[0] ?? null;
}

function rounded(amount: number): number {
  const scale = 10 ** DIGITS;
  return Math.round(amount * scale) / scale;
}
