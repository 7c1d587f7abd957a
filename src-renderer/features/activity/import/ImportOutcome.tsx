import type { ReactNode } from 'react';
import type { ImportOutcome as Outcome } from '@shared/model/import';
import { toHistory } from '../../../app/paths';
import { writeShare } from '../../../data/history-link';
import { MIN_SPAN_MS } from '../../../data/time-window';
import { useTexts } from '../../../i18n/use-texts';

/** More lines than these tell nothing at first sight; others are added in the list of series. */
const SHOWN_SERIES = 8;
const NAMES_SHOWN = 8;

/** What came of a file: new series, what was left out and why, and a way to see it. */
export function ImportOutcome({ outcome, onFollow }: { readonly outcome: Outcome; readonly onFollow: () => void }): ReactNode {
  const { t, format } = useTexts();
  const { fromMs, toMs, seriesIds, unmapped } = outcome;
  const values = unmapped.reduce((sum, entry) => sum + entry.values, 0);
  const figure = (value: number): string => format.number(value, 0);
  const span = fromMs === null || toMs === null ? null : { fromMs, toMs: Math.max(toMs, fromMs + MIN_SPAN_MS) };
  return (
    <div className="import-outcome" data-testid="import-outcome">
      {span === null ? (
        <p>{t('import.nothing')}</p>
      ) : (
        <p>{t('import.spanning', { from: format.dateTime(span.fromMs), to: format.dateTime(span.toMs) })}</p>
      )}
      {span !== null && outcome.fresh + outcome.changed === 0 ? <p>{t('import.same')}</p> : null}
      {outcome.changed > 0 ? (
        <p className="import-warning">{t('import.changed', { count: outcome.changed, figure: figure(outcome.changed) })}</p>
      ) : null}
      {outcome.repeated > 0 ? <p>{t('import.repeated', { count: outcome.repeated, figure: figure(outcome.repeated) })}</p> : null}
      {outcome.assumedAtMs === null ? null : (
        <p className="import-warning">{t('import.assumed', { time: format.dateTime(outcome.assumedAtMs) })}</p>
      )}
      {outcome.newSeries > 0 ? <p>{t('import.newSeries', { count: outcome.newSeries, figure: figure(outcome.newSeries) })}</p> : null}
      {outcome.expired > 0 ? (
        <p className="import-warning">{t('import.expired', { count: outcome.expired, figure: figure(outcome.expired) })}</p>
      ) : null}
      {unmapped.length > 0 ? (
        <p className="import-warning">
          {t('import.unmapped', { count: values, figure: figure(values) })}{' '}
          {unmapped
            .slice(0, NAMES_SHOWN)
            .map(({ name, values: own }) => `${name} (${figure(own)})`)
            .join(', ')}
          {unmapped.length + outcome.unmappedMore > NAMES_SHOWN ? ', …' : ''}
        </p>
      ) : null}
      {outcome.endMissing ? <p className="import-warning">{t('import.endMissing')}</p> : null}
      {span === null ? null : (
        <p>
          <a
            href={toHistory(writeShare({ window: { mode: 'fixed', ...span }, series: [] }, seriesIds.slice(0, SHOWN_SERIES)))}
            onClick={onFollow}
            data-testid="import-open"
          >
            {t('import.open', { count: Math.min(SHOWN_SERIES, seriesIds.length) })}
          </a>
        </p>
      )}
    </div>
  );
}
