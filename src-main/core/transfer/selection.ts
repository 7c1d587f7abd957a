import { AppError } from '@shared/contract/errors';
import type { Series } from '@shared/model/series';
import { message } from '@shared/text/message';

/** Which series are meant: those that meet all that is given; an empty list asks for nothing in particular. */
export interface SeriesFilter {
  readonly ids: readonly number[];
  /** With `*` for any text: `gpu*`. */
  readonly devices: readonly string[];
  readonly metrics: readonly string[];
}

/**
 * @returns the series in the order of their ids
 * @throws {AppError} `not-found` for an id or pattern that no series meets, so that a typing error exports nothing
 */
export function selectSeries(series: readonly Series[], { ids, devices, metrics }: SeriesFilter): Series[] {
  for (const id of ids)
    if (!series.some((entry) => entry.id === id)) throw new AppError('not-found', message('message.series.none', { id }));
  const device = patterns(
    'device',
    devices,
    series.map((entry) => entry.device),
  );
  const metric = patterns(
    'metric',
    metrics,
    series.map((entry) => entry.metric),
  );
  const chosen = series.filter((entry) => (ids.length === 0 || ids.includes(entry.id)) && device(entry.device) && metric(entry.metric));
  if (chosen.length === 0)
    throw new AppError('not-found', series.length === 0 ? message('message.series.nothing') : message('message.series.noneFits'));
  return chosen;
}

function patterns(what: string, texts: readonly string[], names: readonly string[]): (name: string) => boolean {
  if (texts.length === 0) return () => true;
  const tests = texts.map((text) => {
    const test = new RegExp(
      `^${text
        .split('*')
        .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*')}$`,
    );
    if (!names.some((name) => test.test(name)))
      throw new AppError('not-found', `No series has a ${what} "${text}". There are: ${[...new Set(names)].slice(0, 30).join(', ')}.`);
    return test;
  });
  return (name) => tests.some((test) => test.test(name));
}
