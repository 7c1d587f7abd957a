import type { Deviation, SiblingGroup } from '../data/siblings';
import type { Translate } from './use-texts';

/** What devices have in common that are compared: rack A1. */
export const groupName = (t: Translate, { basis, name }: Pick<SiblingGroup, 'basis' | 'name'>): string =>
  t(`map.group.${basis}`, { name: basis === 'run' ? name.slice(0, 8) : name });

/** A value beside those of its siblings, as a sentence. @param figure a value with its unit */
export function deviationText(t: Translate, { value, median, score, group, count }: Deviation, figure: (value: number) => string): string {
  const side = Math.round(value - median) === 0 ? 'at' : score > 0 ? 'above' : 'below';
  const by = figure(Math.abs(value - median));
  return t(`map.deviation.${side}`, { value: figure(value), by, median: figure(median), count, group: groupName(t, group) });
}
