import type { ReactNode } from 'react';
import type { CoolingNow } from '@shared/model/cooling';
import { classLimits, thermalClasses, type ThermalClass } from '@shared/climate/thermal-class';
import { defaultSettings } from '@shared/model/settings';
import { toSettings } from '../../app/paths';
import { useHash, useViewParam, withViewParam } from '../../app/router';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useStream, useValue } from '../../rpc/hooks';
import { useSave } from '../../rpc/use-save';
import { EmptyState } from '../../ui/EmptyState';
import { Select } from '../../ui/Select';
import { Skeleton } from '../../ui/Skeleton';
import { Trouble } from '../../ui/StreamNote';
import { Tabs } from '../../ui/Tabs';
import { Tooltip } from '../../ui/Tooltip';
import { coolingTabs } from './cooling-view';
import { NowView } from './NowView';
import { PeriodView } from './PeriodView';
import { PlantView } from './PlantView';
import { SensorsView } from './SensorsView';
import { WeatherView } from './WeatherView';
import { rangeText } from './range-text';
import styles from './cooling.module.css';

const NOTHING = {};
const newest = (_: CoolingNow | null, now: CoolingNow): CoolingNow => now;

/** How the room is cooled: the air at the racks against what their equipment bears, now and over a period. */
export function CoolingPage(): ReactNode {
  const { t } = useTexts();
  const live = useStream('cooling.live', NOTHING, newest);
  const hash = useHash();
  const [tab, openTab] = useViewParam('show', coolingTabs);
  const addressOf = (id: (typeof coolingTabs)[number]): string => withViewParam(hash, 'show', id === 'now' ? null : id);
  const tabs = coolingTabs.map((id) => ({ id, label: t(`cooling.tab.${id}`), href: addressOf(id) }));
  return (
    <div className={styles['page']} data-testid="cooling">
      <div className="page-head">
        <h1>{t('cooling.title')}</h1>
        <span className="page-note">{t('cooling.note')}</span>
        <ClassChoice />
      </div>
      <Trouble of={live} />
      {live.state === 'loading' ? <Skeleton lines={12} /> : null}
      {live.state === 'ready' && live.value.sensors.length === 0 ? (
        <EmptyState icon="cooling" title={t('cooling.empty.title')} action={<a href={toSettings('sources')}>{t('cooling.empty.step')}</a>}>
          {t('cooling.empty.text')}
        </EmptyState>
      ) : null}
      {live.state === 'ready' && live.value.sensors.length > 0 ? (
        <Tabs label={t('cooling.tabs')} current={tab} tabs={tabs} onOpen={openTab}>
          {tab === 'now' ? <NowView now={live.value} sensorsAt={addressOf('sensors')} /> : null}
          {tab === 'plant' ? <PlantView now={live.value} /> : null}
          {tab === 'period' ? <PeriodView now={live.value} /> : null}
          {tab === 'weather' ? <WeatherView now={live.value} /> : null}
          {tab === 'sensors' ? <SensorsView now={live.value} /> : null}
        </Tabs>
      ) : null}
    </div>
  );
}

/** Of the equipment in the room: what judges the inlets. */
function ClassChoice(): ReactNode {
  const { t, format } = useTexts();
  const cooling = useValue(useServices().settings)?.cooling ?? defaultSettings.cooling;
  const { save, state } = useSave();
  const choose = (thermalClass: ThermalClass): void =>
    void save(
      (settings) => ({ cooling: { ...settings.cooling, thermalClass } }),
      () => undefined,
    );
  return (
    <span className={styles['class']}>
      {typeof state === 'string' ? null : <span role="alert">{errorText(t, state)}</span>}
      <Tooltip content={t('cooling.class.hint')}>
        <span className="page-note">{t('cooling.class')}</span>
      </Tooltip>
      <Select
        label={t('cooling.class')}
        value={cooling.thermalClass}
        options={thermalClasses.map((id) => ({
          value: id,
          label: t('cooling.class.option', { id, range: rangeText(format, classLimits[id].allowable) }),
        }))}
        onChange={choose}
        testId="thermal-class"
      />
    </span>
  );
}
