import type { PowerCurve } from '@shared/model/power-fit';
import type { Format } from '../../i18n/format';

const W_PER_KW = 1000;

/** The curve as a formula in kW, without the parts that are nothing. */
export function formula(format: Format, { noLoadW, proportional, quadratic, perKelvin, aboveC }: PowerCurve): string {
  const parts = [
    noLoadW > 0 ? `${format.number(noLoadW / W_PER_KW, 3)} kW` : '',
    proportional > 0 ? `${format.number(proportional, 4)} P` : '',
    quadratic > 0 ? `${format.number(quadratic * W_PER_KW, 6)} P²/kW` : '',
    aboveC !== null && perKelvin > 0 ? `${format.number(perKelvin, 5)} P · (T > ${format.number(aboveC, 1)} °C)` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '0' : parts.join(' + ');
}
