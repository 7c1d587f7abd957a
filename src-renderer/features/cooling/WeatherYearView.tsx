import { useMemo, type ReactNode } from 'react';
import type { KeptWeather, WeatherSummary } from '@shared/model/weather';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import styles from './cooling.module.css';

type Limit = WeatherSummary['below'][number];
const limitId = ({ limitC }: Limit): string => String(limitC);

/** A year at a glance: where and when from, its extremes, and for how long it is no warmer than this and that. */
export function WeatherYearView({ weather }: { readonly weather: NonNullable<KeptWeather['weather']> }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const columns = useMemo(() => limitColumns(texts), [texts]);
  const degrees = (value: number | null): string => format.withUnit(format.quantity(value, '°C', 1));
  const degreeDays = (value: number | null): string => format.withUnit(format.difference(value, 'K', 0));
  const { design } = weather;
  const facts: readonly (readonly [string, string])[] = [
    [t('cooling.year.place'), weather.name || weather.file],
    [t('cooling.year.source'), [weather.source, weather.file].filter((part) => part !== '').join(' · ')],
    [
      t('cooling.year.hours'),
      t('cooling.year.hours.value', {
        known: format.number(weather.hours, 0),
        all: format.number(weather.hours + weather.missingHours, 0),
      }),
    ],
    [
      t('cooling.year.dryBulb'),
      t('cooling.year.range', { min: degrees(weather.minC), mean: degrees(weather.meanC), max: degrees(weather.maxC) }),
    ],
    ...(weather.humidHours === 0
      ? []
      : [
          [
            t('cooling.year.wetBulb'),
            t('cooling.year.meanMax', { mean: degrees(weather.meanWetBulbC), max: degrees(weather.maxWetBulbC) }),
          ] as const,
        ]),
    ...(design.coolingC === null
      ? []
      : [
          [
            t('cooling.year.design'),
            t('cooling.year.designs', { warm: degrees(design.coolingC), cold: degrees(design.heatingC) }),
          ] as const,
        ]),
    [
      t('cooling.year.degreeDays'),
      t('cooling.year.degreeDays.value', {
        warm: degreeDays(weather.coolingDegreeDays21),
        base: degrees(21),
        cold: degreeDays(weather.heatingDegreeDays18),
        coldBase: degrees(18),
      }),
    ],
  ];
  return (
    <>
      <dl className={styles['facts']}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <DataTable
        id="weather-hours"
        label={t('cooling.year.below')}
        columns={columns}
        rows={weather.below}
        rowId={limitId}
        tools="columns"
        lead={<h3 className={styles['heading']}>{t('cooling.year.below')}</h3>}
      />
    </>
  );
}

function limitColumns({ t, format }: Texts): DataColumn<Limit>[] {
  const hours = (id: 'dryBulbHours' | 'wetBulbHours', name: string): DataColumn<Limit> => ({
    id,
    name,
    unit: 'h',
    isNumber: true,
    value: (row) => row[id],
    text: (row) => format.number(row[id], 0),
  });
  return [
    {
      id: 'limit',
      name: t('cooling.year.atMost'),
      role: 'head',
      value: ({ limitC }) => limitC,
      text: ({ limitC }) => format.withUnit(format.quantity(limitC, '°C', 0)),
      valueUnit: '°C',
    },
    hours('dryBulbHours', t('cooling.year.dryBulb')),
    hours('wetBulbHours', t('cooling.year.wetBulb')),
  ];
}
