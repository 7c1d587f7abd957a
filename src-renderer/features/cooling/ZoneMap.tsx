import { useMemo, useState, type ReactNode } from 'react';
import type { CoolingNow, CoolingSensor, CoolingZone } from '@shared/model/cooling';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { Icon } from '../../ui/Icon';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { Button } from '../../ui/Button';
import styles from './cooling.module.css';

/** So few racks have room for each of their inlets. */
const FEW = 4;
const MAX_INLETS = 24;
const zoneId = ({ id }: CoolingZone): string => id;

/** The racks in the order of the room, coloured by how the air at their inlets stands to the class. */
export function ZoneMap({ now }: { readonly now: CoolingNow }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const [asTable, setAsTable] = useState(false);
  const columns = useMemo(() => zoneColumns(texts), [texts]);
  const isFew = now.zones.length <= FEW;
  return (
    <section className={styles['zones']} aria-label={t('cooling.zones')} data-testid="cooling-zones">
      <div className="toolbar">
        <h2>{t('cooling.zones')}</h2>
        <span className="toolbar-hint">{t('cooling.zones.note')}</span>
        <span className="toolbar-end">
          <Button aria-pressed={asTable} onClick={() => setAsTable(!asTable)} data-testid="zones-table">
            {t('chart.table')}
          </Button>
        </span>
      </div>
      {asTable ? (
        <DataTable id="cooling-zones" label={t('cooling.zones')} columns={columns} rows={now.zones} rowId={zoneId} tools="columns" />
      ) : (
        <ul className={styles['map']} data-few={isFew || undefined}>
          {now.zones.map((zone) => (
            <ZoneTile
              key={zone.id}
              zone={zone}
              inlets={isFew ? now.sensors.filter((sensor) => sensor.zone === zone.id && sensor.role === 'inlet') : []}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function ZoneTile({ zone, inlets }: { readonly zone: CoolingZone; readonly inlets: readonly CoolingSensor[] }): ReactNode {
  const { t, format } = useTexts();
  const inlet = format.quantity(zone.inletC.value, '°C', 1);
  const rise = format.difference(zone.riseK.value, 'K', 1);
  const flow = format.quantity(zone.airflow.value, 'm³/h', 0);
  const level = zone.level === null ? t('cooling.level.unknown') : t(`cooling.level.${zone.level}`);
  return (
    <li className={styles['zone']} data-level={zone.level ?? 'unknown'} data-testid={`zone-${zone.id}`} title={level}>
      <span className={styles['zoneName']}>{zone.name}</span>
      <span className={styles['zoneFigure']}>
        {zone.level === 'outside' ? <Icon name="warning" size={14} /> : null}
        {format.withUnit(inlet)}
      </span>
      <span className={styles['zoneNote']}>
        {t('cooling.zone.rise', { rise: format.withUnit(rise) })}
        {zone.airflow.value === null ? null : ` · ${format.withUnit(flow)}`}
      </span>
      <span className="visually-hidden">{level}</span>
      {inlets.length === 0 ? null : (
        <dl className={styles['inlets']}>
          {inlets.slice(0, MAX_INLETS).map((sensor) => (
            <div key={sensor.device} data-level={sensor.level ?? 'unknown'}>
              <dt title={sensor.device}>{sensor.label}</dt>
              <dd>
                {format.withUnit(format.quantity(sensor.temperatureC.value, '°C', 1))}
                {sensor.relativeHumidity.value === null ? null : (
                  <span className={styles['aside']}>{format.withUnit(format.quantity(sensor.relativeHumidity.value, '%', 0))}</span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

function zoneColumns({ t, format }: Texts): DataColumn<CoolingZone>[] {
  const temperature = format.shownUnit('°C').unit;
  const degrees = (id: string, name: string, value: (zone: CoolingZone) => number | null): DataColumn<CoolingZone> => ({
    id,
    name,
    unit: temperature,
    valueUnit: '°C',
    isNumber: true,
    value,
    text: (zone) => format.quantity(value(zone), '°C', 1).text,
  });
  return [
    { id: 'name', name: t('cooling.column.zone'), role: 'head', value: ({ name }) => name, first: 'ascending' },
    {
      id: 'level',
      name: t('cooling.column.level'),
      value: ({ level }) => (level === null ? t('cooling.level.unknown') : t(`cooling.level.${level}`)),
      rank: ({ level }) => ['outside', 'allowable', 'recommended', null].indexOf(level),
    },
    degrees('inlet', t('cooling.column.inlet'), ({ inletC }) => inletC.value),
    degrees('outlet', t('cooling.column.outlet'), ({ outletC }) => outletC.value),
    {
      id: 'rise',
      name: t('cooling.column.rise'),
      hint: t('cooling.column.rise.hint'),
      unit: format.difference(0, 'K', 1).unit,
      valueUnit: 'K',
      isNumber: true,
      value: ({ riseK }) => riseK.value,
      text: ({ riseK }) => format.difference(riseK.value, 'K', 1).text,
    },
    {
      id: 'power',
      name: t('cooling.column.power'),
      valueUnit: 'W',
      isNumber: true,
      value: ({ powerW }) => powerW.value,
      text: ({ powerW }) => format.withUnit(format.quantity(powerW.value, 'W', 0)),
    },
    {
      id: 'airflow',
      name: t('cooling.column.airflow'),
      hint: t('cooling.column.airflow.hint'),
      unit: 'm³/h',
      isNumber: true,
      value: ({ airflow }) => airflow.value,
      text: ({ airflow }) => format.quantity(airflow.value, 'm³/h', 0).text,
    },
  ];
}
