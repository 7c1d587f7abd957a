import { quantity, withheld, worstProvenance, type Provenance, type Quantity } from '../model/provenance';

/** What a sensor told last. */
export interface SensorValue {
  readonly device: string;
  readonly label: string;
  /** °C, or %. Null = it was asked and had none. */
  readonly value: number | null;
  readonly provenance: Provenance;
}

/** So many of several have to be known for what is said of all of them. */
const KNOWN_SHARE = 0.9;

export const toldQuantity =
  (unit: string) =>
  ({ value, provenance }: SensorValue): Quantity =>
    value === null ? withheld(unit, 'missing', provenance) : quantity(value, unit, provenance);

/** Withheld where more than a tenth of them is not known. */
export function meanOf(all: readonly Quantity[]): Quantity {
  const unit = all[0]?.unit ?? '°C';
  if (all.length === 0) return withheld(unit, 'no-sensor');
  const known = all.filter(({ value }) => value !== null);
  if (known.length < all.length * KNOWN_SHARE || known.length === 0) return withheld(unit, 'missing');
  const provenances = known.map(({ provenance }) => provenance);
  const mean = known.reduce((sum, { value }) => sum + (value ?? 0), 0) / known.length;
  return quantity(mean, unit, known.length === 1 ? worstProvenance(provenances) : worstProvenance(['derived', ...provenances]));
}

/** Of those that are known. */
export function highestOf(all: readonly Quantity[]): Quantity {
  const known = all.filter(({ value }) => value !== null);
  const [first] = known;
  if (first === undefined) return withheld('°C', all.length === 0 ? 'no-sensor' : 'missing');
  return known.reduce((highest, one) => ((one.value ?? 0) > (highest.value ?? 0) ? one : highest), first);
}
