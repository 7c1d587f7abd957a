import type { ImportEntry, ImportFigures } from '@shared/model/import';
import type { ImportResult } from './import';
import type { KeptEntry } from './import-list';

const MAX_NAMES = 50;

/** What a page sees of an entry. */
export function shown(entry: KeptEntry): ImportEntry {
  const { id, name, bytes, stage, receivedBytes, preview, plan, figures, samplesPerS, outcome, error } = entry;
  return { id, name, bytes, stage, receivedBytes, preview, plan, figures, samplesPerS, outcome, error };
}

export function figuresOf({ doneBytes, totalBytes, line, samples, badLines }: ImportFigures): ImportFigures {
  return { doneBytes, totalBytes, line, samples, badLines };
}

/** What an import that is done has brought. */
export function outcomeOf({
  newSeries,
  samples,
  stored,
  fresh,
  changed,
  expired,
  unmapped,
  endMissing,
  assumedAtMs,
  report,
  seriesIds,
  fromMs,
  toMs,
}: ImportResult): ImportEntry['outcome'] {
  return {
    newSeries,
    fresh,
    changed,
    repeated: samples - stored,
    expired,
    unmapped: unmapped.slice(0, MAX_NAMES).map(([name, values]) => ({ name, values })),
    unmappedMore: Math.max(0, unmapped.length - MAX_NAMES),
    endMissing,
    assumedAtMs,
    hasReport: report !== null,
    seriesIds: [...seriesIds],
    fromMs,
    toMs,
  };
}
