import type { ReactNode } from 'react';
import { type SettingsSection, settingsSections, toSettings } from '../../app/paths';
import { useTexts } from '../../i18n/use-texts';
import { GeneralSettings } from './GeneralSettings';
import { SecretsPage } from './secrets/SecretsPage';
import { SourcesPage } from './sources/SourcesPage';
import './settings.css';

/** The settings, a page each for those of the whole, for what is read, and for the credentials that reading takes. */
export function SettingsPage({ section }: { readonly section: SettingsSection }): ReactNode {
  const { t } = useTexts();
  return (
    <div className="settings">
      <div className="page-head">
        <h1>{t('nav.settings')}</h1>
        <nav className="settings-nav" aria-label={t('nav.settings')}>
          {settingsSections.map((name) => (
            <a key={name} href={toSettings(name)} aria-current={name === section ? 'page' : undefined} data-testid={`settings-${name}`}>
              {t(`settings.page.${name}`)}
            </a>
          ))}
        </nav>
        <span className="page-note">{t(`settings.page.${section}.note`)}</span>
      </div>
      {section === 'sources' ? <SourcesPage /> : section === 'secrets' ? <SecretsPage /> : <GeneralSettings />}
    </div>
  );
}
