import { AppError } from '@shared/contract/errors';
import type { SeriesKey } from '@shared/model/series';
import { message, type Message } from '@shared/text/message';
import type { SourceSeries } from './formats/format';

/** One of two that say something else of the same series and time. */
export interface ConflictSide {
  /** Null = what was stored by this import before. */
  readonly source: SourceSeries | null;
  /** Null = not known any more. */
  readonly line: number | null;
  readonly value: number;
}

export interface Conflict {
  readonly key: SeriesKey;
  readonly atMs: number;
  readonly one: ConflictSide;
  readonly other: ConflictSide;
}

/** Why two samples of a file cannot both be kept, what they are, and what would part them. */
export function conflictError({ key, atMs, one, other }: Conflict): AppError {
  const apart = differing(one.source, other.source);
  const labels = apart.map((name) => `{${name}}`).join('-');
  const name = other.source?.name ?? one.source?.name ?? key.metric;
  const advice =
    apart.length > 0
      ? message('message.import.partBy', { labels: apart.join(', '), map: `--map '${name}=${key.metric}@${key.device}-${labels}'` })
      : message('message.import.partTimes');
  return new AppError(
    'invalid-input',
    message('message.import.conflict', {
      metric: key.metric,
      device: key.device,
      time: new Date(atMs).toISOString(),
      one: sideOf(one),
      other: sideOf(other),
      advice,
    }),
  );
}

function sideOf({ source, line, value }: ConflictSide): Message {
  const shown = Number.isNaN(value) ? 'NaN' : String(value);
  const name = source === null ? '' : written(source);
  if (line !== null) return message('message.import.conflictLine', { line, name, value: shown });
  return source === null ? message('message.import.conflictBefore', { value: shown }) : `${name} = ${shown}`;
}

function written({ name, labels }: SourceSeries): string {
  return labels.size === 0 ? name : `${name}{${[...labels].map(([label, value]) => `${label}="${value}"`).join(', ')}}`;
}

function differing(one: SourceSeries | null, other: SourceSeries | null): string[] {
  if (one === null || other === null) return [];
  return [...new Set([...one.labels.keys(), ...other.labels.keys()])].filter((name) => one.labels.get(name) !== other.labels.get(name));
}
