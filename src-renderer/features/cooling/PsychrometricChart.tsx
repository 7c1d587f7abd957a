import { useMemo, type ReactNode } from 'react';
import { humidityRatio, pressureAt } from '@shared/climate/moist-air';
import type { ThermalClass } from '@shared/climate/thermal-class';
import type { AirCell, CoolingNow } from '@shared/model/cooling';
import { defaultSettings } from '@shared/model/settings';
import { EChart } from '../../charts/echart/EChart';
import type { PictureTable } from '../../charts/echart/types';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
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
  const temperature = format.shownUnit('°C').unit;
  const number = (value: number): string => format.number(value, 1);
  if (points.length === 0)
    return {
      columns: [
        { id: 'temperature', label: `${t('cooling.column.temperature')} ${temperature}`, isNumber: true },
        { id: 'water', label: `${t('cooling.column.water')} g/kg`, isNumber: true },
        { id: 'hours', label: `${t('cooling.column.hours')} h`, isNumber: true },
      ],
      rows: cells.map((cell) => ({
        id: `${cell.temperatureC} ${cell.humidityRatio}`,
        cells: [format.quantity(cell.temperatureC, '°C', 1).text, number(cell.humidityRatio), format.significant(cell.hours, 3)],
      })),
    };
  return {
    columns: [
      { id: 'sensor', label: t('cooling.column.sensor') },
      { id: 'temperature', label: `${t('cooling.column.temperature')} ${temperature}`, isNumber: true },
      { id: 'humidity', label: `${t('cooling.column.humidity')} %`, isNumber: true },
      { id: 'water', label: `${t('cooling.column.water')} g/kg`, isNumber: true },
    ],
    rows: points.map((point, index) => ({
      id: `${index}`,
      cells: [point.label, format.quantity(point.temperatureC, '°C', 1).text, number(point.relativeHumidity), number(point.humidityRatio)],
    })),
  };
}
