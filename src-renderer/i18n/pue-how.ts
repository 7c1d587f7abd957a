import type { PueFigures } from '@shared/model/pue';
import type { Texts } from './use-texts';

/** How a PUE is known: its category, what of it is modelled, or why there is none. */
export function pueHow(
  t: Texts['t'],
  { pue, category, isMetered, missing }: Pick<PueFigures, 'pue' | 'category' | 'isMetered' | 'missing'>,
): string {
  if (pue.value === null) return t(`withheld.${pue.withheld ?? 'no-samples'}`);
  if (category !== null) return t(`energy.category.${category}`);
  return missing.length > 0 ? t('energy.how.gaps') : t(isMetered ? 'energy.how.part' : 'energy.how.modelled');
}
