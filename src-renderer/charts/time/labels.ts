import type { Format } from '../../i18n/format';
import type { XLabels } from './option';

/** Labels of the x axes: times as fine as their ticks are apart, dates at midnight; steps as whole numbers. */
export function axisLabels(format: Format): XLabels {
  return {
    time: (at, step, day) => (day || step >= 86_400_000 ? format.day(at) : step < 60_000 ? format.time(at) : format.minute(at)),
    step: (value) => format.number(value, 0),
  };
}
