import type { ScalarDeclarations } from '@shared/model/scalar-declaration';
import { scalarDefinition } from '@shared/model/scalars';
import { formatNumber } from './format';

const NONE: ScalarDeclarations = {};

/** What people call a scalar; one that is not known by its own name. */
export function scalarName(name: string, declared = NONE): string {
  return scalarDefinition(name, declared)?.name ?? name;
}

/** The unit behind a scalar's number; empty for a bare number. */
export function scalarUnit(name: string, declared = NONE): string {
  const unit = scalarDefinition(name, declared)?.unit ?? '';
  return unit === '1' ? '' : unit;
}

/** A scalar's number without its unit. */
export function formatScalar(name: string, value: number, declared = NONE): string {
  const digits = scalarDefinition(name, declared)?.digits;
  return digits === undefined ? formatNumber(value) : digits === 0 ? formatNumber(value, 3) : value.toFixed(digits);
}

/** As briefly as a line has room for: `loss 0.1234`, `val/loss 0.1234`, `1,234 samples/s`. */
export function scalarText(name: string, value: number | null, declared = NONE): string {
  const figure = value === null || !Number.isFinite(value) ? 'not finite' : formatScalar(name, value, declared);
  const unit = scalarUnit(name, declared);
  // A run's own has its name beside its unit: what it counts nobody else knows.
  if (scalarDefinition(name) === null) return [name, figure, unit].filter(Boolean).join(' ');
  return unit === '' ? `${name.replace(/^train\//u, '').replace(/_epoch$/u, '')} ${figure}` : `${figure} ${unit}`;
}
