import { comparePeriods, type Compare } from '@shared/model/saved-view';

/** As it stands in an address: 1 is the span right before, a larger number is ms. */
export function compareText(compare: Compare): string {
  return compare === 'before' ? '1' : String(compare);
}

/** Reads {@link compareText}; null = nothing is compared. */
export function compareOf(text: string): Compare | null {
  if (text === '1') return 'before';
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  return comparePeriods.find((period) => period === text) ?? null;
}
