import type { PaneSpec } from '../charts/time/types';
import { unitText, type Texts } from './use-texts';

/** How the values of a pane are written whose lines are kept in `unit`: its unit, its ticks and its readout. */
export function paneFigures(
  { t, format }: Texts,
  unit: string,
  digits: number,
): Pick<PaneSpec, 'unit' | 'keptUnit' | 'tickUnit' | 'formatTick' | 'formatValue'> {
  const shown = unitText(t, format.shownUnit(unit).unit);
  return {
    unit: shown,
    keptUnit: unit,
    tickUnit: (largest) => format.tickUnit(unit, largest),
    formatTick: (value, largest, step) => format.tick(value, unit, largest, step),
    formatValue: (value) => {
      const figure = format.quantity(value, unit, digits);
      const own = unitText(t, figure.unit);
      // The pane's unit stands at its head; only another prefix is worth repeating.
      return value === null || own === shown || own === '' ? figure.text : `${figure.text} ${own}`;
    },
  };
}
