import type { ReactNode } from 'react';
import { temperatureUnits, type TemperatureUnit } from '@shared/model/display-unit';
import { gpuDeviceOf } from '@shared/model/gpu-settings';
import { isCounted } from '@shared/model/power-settings';
import type { Settings, Ui } from '@shared/model/settings';
import { toDevice } from '../../app/paths';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { ChoiceRow, NumberRow, SwitchRow, TextRow } from './rows';

interface SectionProps {
  readonly settings: Settings;
}

export function PriceSection({ settings }: SectionProps): ReactNode {
  const { t } = useTexts();
  return (
    <section className="setting-section" aria-label={t('settings.price.title')}>
      <h2>{t('settings.price.title')}</h2>
      <NumberRow
        settings={settings}
        path={['tariff', 'pricePerKwh']}
        field="settings.field.price"
        unit={`${settings.tariff.currency}/kWh`}
      />
      <TextRow settings={settings} path={['tariff', 'currency']} field="settings.field.currency" />
      <NumberRow settings={settings} path={['carbon', 'gridKgPerKwh']} field="settings.field.grid" unit="kg/kWh" />
    </section>
  );
}

export function HostSection({ settings }: SectionProps): ReactNode {
  const { t } = useTexts();
  return (
    <section className="setting-section" aria-label={t('settings.host.title')}>
      <h2>{t('settings.host.title')}</h2>
      <p className="section-note">{t('settings.host.note')}</p>
      <NumberRow settings={settings} path={['host', 'basePowerW']} field="settings.field.basePower" unit="W" />
      <NumberRow settings={settings} path={['host', 'cpuIdleW']} field="settings.field.cpuIdle" unit="W" />
      <NumberRow settings={settings} path={['host', 'cpuMaxW']} field="settings.field.cpuMax" unit="W" />
    </section>
  );
}

/** How often GPUs are sampled; those with settings of their own by name, each leading to its page, where they are made. */
export function GpuSection({ settings }: SectionProps): ReactNode {
  const { t, format } = useTexts();
  const named = new Set([...Object.keys(settings.gpu.devices), ...settings.power.excludedDevices]);
  const own = [...named].sort(format.compare).map((device) => [device, gpuDeviceOf(settings.gpu, device).hz] as const);
  return (
    <section className="setting-section" aria-label={t('settings.gpu.title')}>
      <h2>{t('settings.gpu.title')}</h2>
      <p className="section-note">{t('settings.gpu.note')}</p>
      <NumberRow settings={settings} path={['gpu', 'hz']} field="settings.field.gpuHz" unit="Hz" />
      {own.length > 0 ? (
        <ul className="section-note" data-testid="gpu-exceptions">
          {own.map(([device, hz]) => (
            <li key={device}>
              <a href={toDevice(device)}>{device}</a>{' '}
              {[
                ...(hz === null ? [] : [`${format.plain(hz)} Hz`]),
                ...(isCounted(settings.power, device) ? [] : [t('settings.gpu.excluded')]),
              ].join(', ')}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** How the desktop app behaves. A console in a browser has no window of its own to close, and a simulated room none to start with. */
export function DesktopSection({ settings }: SectionProps): ReactNode {
  const { t } = useTexts();
  const info = useValue(useServices().info);
  if (info?.runtime !== 'desktop') return null;
  return (
    <section className="setting-section" aria-label={t('settings.desktop.title')}>
      <h2>{t('settings.desktop.title')}</h2>
      <p className="section-note">{t('settings.desktop.trayNote')}</p>
      <SwitchRow settings={settings} path={['desktop', 'meterInTray']} field="settings.field.meterInTray" />
      {info.scenario === null ? (
        <SwitchRow
          settings={settings}
          path={['desktop', 'startAtLogin']}
          field="settings.field.startAtLogin"
          note={t('settings.desktop.loginNote')}
        />
      ) : null}
    </section>
  );
}

export function LookSection({ settings }: SectionProps): ReactNode {
  const { t } = useTexts();
  return (
    <section className="setting-section" aria-label={t('settings.look.title')}>
      <h2>{t('settings.look.title')}</h2>
      <ChoiceRow<Ui['language']>
        settings={settings}
        path={['ui', 'language']}
        field="settings.field.language"
        options={[
          { value: 'system', label: t('settings.language.system') },
          { value: 'en', label: t('settings.language.en') },
          { value: 'zh-CN', label: t('settings.language.zh-CN') },
        ]}
      />
      <ChoiceRow<Ui['theme']>
        settings={settings}
        path={['ui', 'theme']}
        field="settings.field.theme"
        options={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`settings.theme.${value}`) }))}
      />
      <ChoiceRow<Ui['timeZone']>
        settings={settings}
        path={['ui', 'timeZone']}
        field="settings.field.timeZone"
        options={(['local', 'utc'] as const).map((value) => ({ value, label: t(`settings.timeZone.${value}`) }))}
      />
      <ChoiceRow<TemperatureUnit>
        settings={settings}
        path={['ui', 'temperatureUnit']}
        field="settings.field.temperatureUnit"
        options={temperatureUnits.map((value) => ({ value, label: t(`settings.temperatureUnit.${value}`) }))}
      />
    </section>
  );
}
