import type { ReactNode } from 'react';
import type { Settings, SettingsSection } from '@shared/model/settings';
import type { TextKey } from '../../i18n';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { useSave } from '../../rpc/use-save';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';

const titles: Readonly<Record<SettingsSection, TextKey>> = {
  tariff: 'settings.price.title',
  carbon: 'settings.price.title',
  facility: 'settings.facility.title',
  cooling: 'cooling.title',
  host: 'settings.host.title',
  gpu: 'settings.gpu.title',
  power: 'settings.gpu.excluded',
  ui: 'settings.look.title',
  shortcuts: 'app.shortcuts.title',
  retention: 'settings.retention.title',
  logs: 'settings.field.logMax',
  desktop: 'settings.desktop.title',
};

/** Sections that are stored in a way this version cannot read: what is in force instead, and the way out. Nothing where there is none. */
export function UnreadableNote({ settings }: { readonly settings: Settings }): ReactNode {
  const { t } = useTexts();
  const { save, state } = useSave();
  const found = useValue(useServices().unreadableSettings) ?? [];
  if (found.length === 0) return null;
  return (
    <div className="error-note" role="alert" data-testid="settings-unreadable">
      <Icon name="warning" />
      <div>
        <strong>{t('settings.unreadable.title')}</strong>
        <p>{t('settings.unreadable.text')}</p>
        <ul>
          {found.map(({ section, why }) => (
            <li key={section}>
              {t(titles[section])} <code>{section}</code>: <code>{why}</code>{' '}
              <Button
                disabled={state === 'saving'}
                data-testid={`accept-${section}`}
                onClick={() =>
                  void save(
                    () => ({ [section]: settings[section] }),
                    () => undefined,
                  )
                }
              >
                {t('settings.unreadable.accept')}
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
