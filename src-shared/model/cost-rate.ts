import type { MetricDefinition } from './metric';

const ID = /^cost\.rate\.([A-Z]{3})$/;

/**
 * Cost per hour in one currency (ISO 4217), as a metric of its own: when the tariff's currency changes, its history is another
 * line, and no sum or mean joins the two. Samples of `cost.rate` itself are from before: their currency was not recorded.
 */
export function costRate(currency: string): { readonly metric: string; readonly definition: MetricDefinition } {
  return {
    metric: `cost.rate.${currency}`,
    definition: { name: `Cost per hour, ${currency}`, unit: `${currency}/h`, kind: 'gauge', digits: 4, range: [-1e9, 1e9] },
  };
}

/** The currency of such a metric; null for any other. */
export function currencyOfCostRate(metric: string): string | null {
  return ID.exec(metric)?.[1] ?? null;
}
