import type { ReactNode } from 'react';
import type { Settings } from '@shared/model/settings';
import { useTexts } from '../../i18n/use-texts';
import { CoolingMode } from './CoolingMode';
import { NumberRow } from './rows';

const curve = ['a0', 'a1', 'a2'] as const;

/** The model that turns IT power into facility power. */
export function FacilitySection({ settings }: { readonly settings: Settings }): ReactNode {
  const { t } = useTexts();
  return (
    <section className="setting-section" aria-label={t('settings.facility.title')}>
      <h2>{t('settings.facility.title')}</h2>
      <p className="section-note">{t('settings.facility.note')}</p>
      <NumberRow settings={settings} path={['facility', 'ratedItPowerW']} field="settings.field.rated" unit="W" />
      <h3>{t('settings.facility.ups')}</h3>
      {curve.map((key) => (
        <NumberRow key={key} settings={settings} path={['facility', 'ups', key]} field={`settings.field.curve.${key}`} unit="%" />
      ))}
      <h3>{t('settings.facility.pdu')}</h3>
      {curve.map((key) => (
        <NumberRow key={key} settings={settings} path={['facility', 'pdu', key]} field={`settings.field.curve.${key}`} unit="%" />
      ))}
      <h3>{t('settings.facility.cooling')}</h3>
      <CoolingMode settings={settings} />
      {settings.facility.cooling.mode === 'fixed' ? (
        <NumberRow settings={settings} path={['facility', 'cooling', 'cop']} field="settings.field.cop" />
      ) : (
        <>
          <NumberRow settings={settings} path={['facility', 'cooling', 'outdoorDryBulbC']} field="settings.field.outdoor" unit="°C" />
          <NumberRow settings={settings} path={['facility', 'cooling', 'evaporatorTempC']} field="settings.field.evaporator" unit="°C" />
          <NumberRow
            settings={settings}
            path={['facility', 'cooling', 'condenserApproachK']}
            field="settings.field.approach"
            unit="K"
            kind="difference"
          />
          <NumberRow settings={settings} path={['facility', 'cooling', 'carnotFraction']} field="settings.field.carnot" />
        </>
      )}
      <h3>{t('settings.facility.rest')}</h3>
      <NumberRow settings={settings} path={['facility', 'fansPercent']} field="settings.field.fans" unit="%" />
      <NumberRow settings={settings} path={['facility', 'pumpsPercent']} field="settings.field.pumps" unit="%" />
      <NumberRow settings={settings} path={['facility', 'fixedPercent']} field="settings.field.fixed" unit="%" />
    </section>
  );
}
