import type { Deviation, SiblingGroup } from '../data/siblings';
import type { Texts, Translate } from './use-texts';

/** What devices have in common that are compared: rack A1. */
export const groupName = (t: Translate, { basis, name }: Pick<SiblingGroup, 'basis' | 'name'>): string =>
  t(`map.group.${basis}`, { name: basis === 'run' ? name.slice(0, 8) : name });

/** A value beside those of its siblings, as a sentence. @param unit in which it is kept */
export function deviationText({ t, format }: Texts, { value, median, score, group, count }: Deviation, unit: string): string {
  const figure = (kept: number): string => format.withUnit(format.quantity(kept, unit, 0));
  const side = Math.round(value - median) === 0 ? 'at' : score > 0 ? 'above' : 'below';
  const by = format.withUnit(format.difference(Math.abs(value - median), unit, 0));
  return t(`map.deviation.${side}`, { value: figure(value), by, median: figure(median), count, group: groupName(t, group) });
}
