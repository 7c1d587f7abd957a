import type { ReactNode } from 'react';
import type { DeviceRecord } from '@shared/model/device-record';
import { useTexts } from '../../i18n/use-texts';

/** What the hardware is told by, wherever it sits and in whatever order its driver lists it. */
export function Identity({ record }: { readonly record: DeviceRecord }): ReactNode {
  const { t, format } = useTexts();
  const facts: readonly (readonly [string, string | null])[] = [
    [t('device.identity.uuid'), record.uuid],
    [t('device.identity.serial'), record.serial],
    [t('device.identity.bus'), record.bus],
    [t('device.identity.first'), format.dateTime(record.firstSeenMs)],
    [t('device.identity.last'), record.state === 'present' ? null : format.dateTime(record.lastSeenMs)],
  ];
  return (
    <section className="facts" aria-label={t('device.identity')} data-testid="device-identity">
      <h2>{t('device.identity')}</h2>
      <dl className="fact-list identity-list">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}
