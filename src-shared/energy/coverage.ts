import { quantity, withheld, type Provenance, type Quantity } from '../model/provenance';

/** A sum over a span of which less is covered by samples is marked partial: it lacks what was drawn in the gaps. */
export const PARTIAL_BELOW = 0.99;
/** Of less than this share the rest would be guesswork: the figure is withheld. */
export const WITHHELD_BELOW = 0.5;

/** A figure over a span, as far as samples cover it. @param coveredMs at most `spanMs` */
export function overSpan(value: number, unit: string, provenance: Provenance, coveredMs: number, spanMs: number): Quantity {
  if (coveredMs <= 0) return withheld(unit, 'no-samples', provenance);
  const coverage = spanMs > 0 ? Math.min(1, coveredMs / spanMs) : 1;
  if (coverage < WITHHELD_BELOW) return { ...withheld(unit, 'low-coverage', provenance), coverage };
  return { ...quantity(value, unit, provenance, coveredMs), coverage };
}

/** What was done in the gaps counts too: over a part of the span the quotient would be too small. */
export function perUnit(whole: Quantity, count: number): Quantity {
  const { value, unit, provenance, windowMs, coverage = 1 } = whole;
  if (value === null) return whole;
  if (!(count > 0)) return withheld(unit, 'not-told', provenance);
  if (coverage < PARTIAL_BELOW) return { ...withheld(unit, 'low-coverage', provenance), coverage };
  return { ...quantity(value / count, unit, provenance, windowMs), coverage };
}

/** Whether the figure lacks so much of its span that it must say so. */
export function isPartial({ value, coverage }: Quantity): boolean {
  return value !== null && coverage !== undefined && coverage < PARTIAL_BELOW;
}
