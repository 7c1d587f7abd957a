import type { ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts';
import { useServices } from '../rpc/context';
import { useValue } from '../rpc/hooks';
import { Icon } from '../ui/Icon';

/** Says for as long as a scenario runs that nothing here is a machine's. It cannot be closed. */
export function ScenarioBanner(): ReactNode {
  const { t } = useTexts();
  const name = useValue(useServices().info)?.scenario ?? null;
  if (name === null) return null;
  return (
    <div className="banner banner-warn" role="status" data-testid="scenario-banner">
      <Icon name="warning" />
      <span>{t('scenario.banner', { name })}</span>
    </div>
  );
}
