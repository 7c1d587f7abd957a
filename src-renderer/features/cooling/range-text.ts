import type { AirLimits } from '@shared/climate/thermal-class';
import type { Format } from '../../i18n/format';

/** 18–27 °C */
export function rangeText(format: Format, { minC, maxC }: Pick<AirLimits, 'minC' | 'maxC'>): string {
  const low = format.quantity(minC, '°C', 0);
  const high = format.quantity(maxC, '°C', 0);
  return format.withUnit({ text: `${low.text}–${high.text}`, unit: high.unit });
}
