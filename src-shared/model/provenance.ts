import { z } from 'zod';

/**
 * Where a shown number comes from, best first:
 * measured (a meter said so), derived (arithmetic over measured values),
 * modelled (a model with stated parameters), simulated (a scenario), unconfirmed (a device told it and said in the same breath
 * that it does not measure: shown, and in no sum or bill as a meter's). Places in this list are stored: new ones go to its end.
 */
export const provenances = ['measured', 'derived', 'modelled', 'simulated', 'unconfirmed'] as const;
export const Provenance = z.enum(provenances);
export type Provenance = z.infer<typeof Provenance>;

/** A meter said so, or arithmetic over what meters said. */
export function isMetered(provenance: Provenance): boolean {
  return provenance === 'measured' || provenance === 'derived';
}

/** A sum is as good as its worst part. With no parts: `derived`. A sum of measured parts is at best `derived` when `combined`. */
export function worstProvenance(parts: readonly Provenance[]): Provenance {
  let worst = 0;
  for (const part of parts) worst = Math.max(worst, provenances.indexOf(part));
  return parts.length === 0 ? 'derived' : (provenances[worst] ?? 'derived');
}

/** Why a figure is not shown. */
const withheldReasons = [
  'no-sensor',
  'stale',
  'missing',
  'it-load-near-zero',
  'inconsistent-meters',
  'ambiguous-meters',
  'skewed',
  'not-started',
  'no-samples',
  'low-coverage',
  'simulated-room',
  'no-price',
  'several-currencies',
  'no-gpu',
  'not-told',
  'no-improvement',
  'compressors-rest',
  'out-of-range',
] as const;
export type Withheld = (typeof withheldReasons)[number];

/**
 * A number as shown: value (null = withheld or missing, never zero for missing), unit, provenance,
 * the window it covers in ms (null = an instant) and, when it is null, the reason code the page translates.
 */
export const Quantity = z.object({
  value: z.number().nullable(),
  unit: z.string(),
  provenance: Provenance,
  windowMs: z.number().nonnegative().nullable(),
  withheld: z.enum(withheldReasons).nullable(),
  /** Of a figure over a span: the share of it that samples cover, 0–1. Left out = all of it, or an instant. */
  coverage: z.number().min(0).max(1).optional(),
});
export type Quantity = z.infer<typeof Quantity>;

export function quantity(value: number, unit: string, provenance: Provenance, windowMs: number | null = null): Quantity {
  return { value, unit, provenance, windowMs, withheld: null };
}

export function withheld(unit: string, reason: Withheld, provenance: Provenance = 'derived'): Quantity {
  return { value: null, unit, provenance, windowMs: null, withheld: reason };
}
