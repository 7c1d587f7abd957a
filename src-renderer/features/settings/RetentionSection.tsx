import { useEffect, type ReactNode } from 'react';
import { prefixFactor } from '@shared/model/display-unit';
import type { Settings } from '@shared/model/settings';
import { useTexts } from '../../i18n/use-texts';
import { useCommand } from '../../rpc/hooks';
import { NumberRow } from './rows';

/** The levels of the history, finest first, each with its place in the settings. */
const levels = [
  { path: ['retention', 'rawDays'], field: 'settings.field.rawDays' },
  { path: ['retention', 'rollupDays', '0'], field: 'settings.field.rollup10s' },
  { path: ['retention', 'rollupDays', '1'], field: 'settings.field.rollup1min' },
  { path: ['retention', 'rollupDays', '2'], field: 'settings.field.rollup15min' },
  { path: ['retention', 'rollupDays', '3'], field: 'settings.field.rollup1h' },
] as const;

/** How long each level of the history is kept, and what that takes by the last day recorded. */
export function RetentionSection({ settings }: { readonly settings: Settings }): ReactNode {
  const { t, format } = useTexts();
  const { answer, reload } = useCommand('storage.status', {});
  const { retention } = settings;
  useEffect(() => reload(), [reload, retention]);
  const status = answer.state === 'ready' ? answer.value : null;
  const sized = (bytes: number): string => format.withUnit(format.quantity(bytes, 'B', 0));
  const takes = (level: number): string | null => {
    const bytes = status?.estimate?.levelBytes[level];
    return bytes === undefined ? null : t('settings.retention.takes', { size: sized(bytes) });
  };
  const ledgerTakes = (): string | null => {
    if (status === null) return null;
    const { bytes, yearBytes, olderYearBytes } = status.ledger;
    if (yearBytes === null || olderYearBytes === null) return t('settings.retention.ledgerEarly', { size: sized(bytes) });
    return t('settings.retention.ledger', { size: sized(bytes), year: sized(yearBytes), older: sized(olderYearBytes) });
  };
  return (
    <section className="setting-section" aria-label={t('settings.retention.title')}>
      <h2>{t('settings.retention.title')}</h2>
      <p className="section-note" data-testid="retention-estimate">
        {status === null
          ? t('settings.retention.note')
          : [
              status.bytesPerSample === null
                ? t('settings.retention.fresh', { size: sized(status.bytes) })
                : t('settings.retention.now', { size: sized(status.bytes), perSample: format.number(status.bytesPerSample, 2) }),
              status.estimate === null
                ? t('settings.retention.early')
                : t('settings.retention.estimate', {
                    day: sized(status.estimate.bytesPerDay),
                    settled: sized(status.estimate.settledBytes),
                  }),
            ].join(' ')}
      </p>
      {levels.map(({ path, field }, level) => (
        <NumberRow key={field} settings={settings} path={path} field={field} unit={t('settings.unit.days')} note={takes(level)} />
      ))}
      <NumberRow
        settings={settings}
        path={['retention', 'ledgerQuarterDays']}
        field="settings.field.ledgerQuarters"
        unit={t('settings.unit.days')}
        note={ledgerTakes()}
      />
      <NumberRow settings={settings} path={['retention', 'eventDays']} field="settings.field.eventDays" unit={t('settings.unit.days')} />
      <NumberRow
        settings={settings}
        path={['retention', 'maxBytes']}
        field="settings.field.maxBytes"
        unit="GiB"
        scale={prefixFactor('B', 'GiB')}
        empty={t('settings.retention.noLimit')}
      />
      <NumberRow
        settings={settings}
        path={['logs', 'maxBytesPerRun']}
        field="settings.field.logMax"
        unit="MiB"
        scale={prefixFactor('B', 'MiB')}
        note={t('settings.logs.note')}
      />
      <p className="section-note">{t('settings.retention.how')}</p>
    </section>
  );
}
