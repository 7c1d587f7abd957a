import { useMemo, type ReactNode } from 'react';
import { humidityRatio, pressureAt } from '@shared/climate/moist-air';
import type { ThermalClass } from '@shared/climate/thermal-class';
import type { AirCell, CoolingNow } from '@shared/model/cooling';
import { defaultSettings } from '@shared/model/settings';
import { EChart } from '../../charts/echart/EChart';
import { pictureTable, type PictureTable } from '../../charts/echart/picture-table';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import type { DataColumn } from '../../ui/table/columns';
import { psychrometricPicture, type AirPoint, type PsychrometricInput } from './psychrometric-picture';
import styles from './cooling.module.css';

interface ChartProps {
  readonly thermalClass: ThermalClass;
  readonly points: readonly (Omit<AirPoint, 'humidityRatio'> & { readonly device: string })[];
  readonly cells: readonly AirCell[];
}

/** The air at the inlets on a psychrometric chart, with the ranges of the class. */
export function PsychrometricChart({ thermalClass, points, cells }: ChartProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const altitudeM = (useValue(useServices().settings)?.cooling ?? defaultSettings.cooling).altitudeM;
  const input = useMemo((): PsychrometricInput => {
    const pressurePa = pressureAt(altitudeM);
    return {
      thermalClass,
      altitudeM,
      cells,
      points: points.flatMap((point) => {
        const ratio = humidityRatio(point.temperatureC, point.relativeHumidity, pressurePa);
        return ratio === null ? [] : [{ ...point, humidityRatio: ratio }];
      }),
    };
  }, [thermalClass, altitudeM, points, cells]);
  const draw = useMemo(() => psychrometricPicture(texts, input), [texts, input]);
  const table = useMemo(() => tableOf(texts, input), [texts, input]);
  const isEmpty = input.points.length === 0 && cells.length === 0;
  return (
    <div className={styles['chart']}>
      <EChart
        title={t('cooling.chart.title')}
        unit={t('cooling.chart.class', { id: thermalClass })}
        note={isEmpty ? <span className="toolbar-hint">{t('cooling.chart.noHumidity')}</span> : null}
        draw={draw}
        table={table}
        fileName="coldaisle-psychrometric-chart"
        testId="psychrometric-chart"
      />
    </div>
  );
}

/** The inlets of which temperature and humidity are known. */
export function airPoints({ sensors }: CoolingNow): ChartProps['points'] {
  return sensors.flatMap(({ device, label, role, temperatureC, relativeHumidity }) =>
    role !== 'inlet' || temperatureC.value === null || relativeHumidity.value === null
      ? []
      : [{ device, label, temperatureC: temperatureC.value, relativeHumidity: relativeHumidity.value }],
  );
}

function tableOf({ t, format }: Texts, { points, cells }: PsychrometricInput): PictureTable {
  const column = <T,>(id: string, name: string, unit: string, value: (row: T) => number, text: (row: T) => string): DataColumn<T> => ({
    id,
    name,
    unit,
    isNumber: true,
    value,
    text,
  });
  const temperature = <T extends { readonly temperatureC: number }>(): DataColumn<T> => ({
    ...column<T>(
      'temperature',
      t('cooling.column.temperature'),
      format.shownUnit('°C').unit,
      ({ temperatureC }) => temperatureC,
      ({ temperatureC }) => format.quantity(temperatureC, '°C', 1).text,
    ),
    valueUnit: '°C',
  });
  const water = <T extends { readonly humidityRatio: number }>(): DataColumn<T> =>
    column<T>(
      'water',
      t('cooling.column.water'),
      'g/kg',
      (row) => row.humidityRatio,
      (row) => format.number(row.humidityRatio, 1),
    );
  if (points.length === 0)
    return pictureTable({
      id: 'air-hours',
      columns: [
        temperature<AirCell>(),
        water<AirCell>(),
        column<AirCell>(
          'hours',
          t('cooling.column.hours'),
          'h',
          ({ hours }) => hours,
          ({ hours }) => format.significant(hours, 3),
        ),
      ],
      rows: cells,
      rowId: ({ temperatureC, humidityRatio: ratio }) => `${temperatureC} ${ratio}`,
    });
  return pictureTable({
    id: 'air-inlets',
    columns: [
      { id: 'sensor', name: t('cooling.column.sensor'), role: 'head', value: ({ label }) => label },
      temperature<AirPoint>(),
      column<AirPoint>(
        'humidity',
        t('cooling.column.humidity'),
        '%',
        ({ relativeHumidity }) => relativeHumidity,
        ({ relativeHumidity }) => format.number(relativeHumidity, 1),
      ),
      water<AirPoint>(),
    ],
    rows: points,
    rowId: (_, place) => String(place),
  });
}
