import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';

/** Which processes hold the GPU: no source reports them yet, which is said instead of an empty table. */
export function Processes(): ReactNode {
  const { t } = useTexts();
  return (
    <section className="facts" aria-label={t('device.processes')} data-testid="device-processes">
      <h2>{t('device.processes')}</h2>
      <p className="facts-empty">{t('device.processes.none')}</p>
    </section>
  );
}
