import type { ReactNode } from 'react';
import type { Settings } from '@shared/model/settings';
import { useTexts } from '../../i18n/use-texts';
import { useCommand } from '../../rpc/hooks';
import { NumberRow } from './rows';

const GIB = 2 ** 30;

/** How long the history is kept, and what that takes by the last day recorded. */
export function RetentionSection({ settings }: { readonly settings: Settings }): ReactNode {
  const { t, format } = useTexts();
  const { answer } = useCommand('storage.status');
  const status = answer.state === 'ready' ? answer.value : null;
  const gib = (bytes: number): string => `${format.number(bytes / GIB, 3)} GiB`;
  return (
    <section className="setting-section" aria-label={t('settings.retention.title')}>
      <h2>{t('settings.retention.title')}</h2>
      <p className="section-note" data-testid="retention-estimate">
        {status === null
          ? t('settings.retention.note')
          : [
              t('settings.retention.now', { size: gib(status.bytes), perSample: format.number(status.bytesPerSample, 2) }),
              status.estimate === null ? t('settings.retention.early') : t('settings.retention.estimate', { day: gib(status.estimate.bytesPerDay), settled: gib(status.estimate.settledBytes) }),
            ].join(' ')}
      </p>
      <NumberRow settings={settings} path={['retention', 'rawDays']} field="settings.field.rawDays" unit={t('settings.unit.days')} />
      <NumberRow settings={settings} path={['retention', 'maxBytes']} field="settings.field.maxBytes" unit="GiB" scale={GIB} empty={t('settings.retention.noLimit')} />
    </section>
  );
}
