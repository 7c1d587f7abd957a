import { scalarDefinition } from '@shared/model/scalars';
import { formatNumber } from './format';

/** What people call a scalar; one that is not known by its own name. */
export function scalarName(name: string): string {
  return scalarDefinition(name)?.name ?? name;
}

/** The unit behind a scalar's number; empty for a bare number. */
export function scalarUnit(name: string): string {
  const unit = scalarDefinition(name)?.unit ?? '';
  return unit === '1' ? '' : unit;
}

/** A scalar's number without its unit. */
export function formatScalar(name: string, value: number): string {
  const digits = scalarDefinition(name)?.digits;
  return digits === undefined ? formatNumber(value) : digits === 0 ? formatNumber(value, 3) : value.toFixed(digits);
}

/** As briefly as a line has room for: `loss 0.1234`, `val/loss 0.1234`, `1,234 samples/s`. */
export function scalarText(name: string, value: number | null): string {
  const figure = value === null || !Number.isFinite(value) ? 'not finite' : formatScalar(name, value);
  const unit = scalarUnit(name);
  return unit === '' ? `${name.replace(/^train\//u, '').replace(/_epoch$/u, '')} ${figure}` : `${figure} ${unit}`;
}
