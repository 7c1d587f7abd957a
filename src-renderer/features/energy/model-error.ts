import type { Format } from '../../i18n/format';

/** By how much the model is off the meters, with its sign. */
export function modelErrorText(format: Format, share: number): string {
  return `${share < 0 ? '−' : '+'}${format.percent(Math.abs(share), 1)}`;
}
