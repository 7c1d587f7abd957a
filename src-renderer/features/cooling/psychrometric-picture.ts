import { humidityRatio, pressureAt } from '@shared/climate/moist-air';
import { classLimits, envelope, type ChartPoint, type ThermalClass } from '@shared/climate/thermal-class';
import type { AirCell } from '@shared/model/cooling';
import type { DrawPicture } from '../../charts/echart/types';
import type { Texts } from '../../i18n/use-texts';

/** One inlet's air at this moment. */
export interface AirPoint extends ChartPoint {
  readonly label: string;
  readonly relativeHumidity: number;
}

export interface PsychrometricInput {
  readonly thermalClass: ThermalClass;
  readonly altitudeM: number;
  readonly points: readonly AirPoint[];
  readonly cells: readonly AirCell[];
}

const HUMIDITY_LINES = [20, 40, 60, 80, 100];
const LINE_STEP_K = 1;
const MARGIN_K = 3;
/** Grams a kilogram: what rooms have, and what none has. */
const LEAST_TOP = 16;
const MOST_TOP = 40;
const EVEN = 5;

/** Temperature across, water in the air upwards: the class's ranges, lines of equal relative humidity, and the room's air. */
export function psychrometricPicture({ t, format }: Texts, input: PsychrometricInput): DrawPicture {
  const { thermalClass, altitudeM, points, cells } = input;
  const pressurePa = pressureAt(altitudeM);
  const { recommended, allowable } = classLimits[thermalClass];
  const all: readonly ChartPoint[] = [...points, ...cells];
  const temperatures = [allowable.minC, allowable.maxC, ...all.map(({ temperatureC }) => temperatureC)];
  const min = Math.floor((Math.min(...temperatures) - MARGIN_K) / EVEN) * EVEN;
  const max = Math.ceil((Math.max(...temperatures) + MARGIN_K) / EVEN) * EVEN;
  const outer = envelope(allowable, pressurePa);
  const inner = envelope(recommended, pressurePa);
  const highest = Math.max(...[...outer, ...all].map(({ humidityRatio: ratio }) => ratio));
  const top = Math.min(MOST_TOP, Math.max(LEAST_TOP, Math.ceil(highest / 2) * 2 + 2));
  const mostHours = Math.max(...cells.map(({ hours }) => hours), 0);
  const xy = ({ temperatureC, humidityRatio: ratio }: ChartPoint): [number, number] => [temperatureC, ratio];
  const degrees = (value: number): string => format.quantity(value, '°C', 0).text;
  return (theme) => {
    const text = { color: theme.text, fontFamily: theme.font, fontSize: theme.fontSize };
    const outline = (id: string, name: string, border: readonly ChartPoint[], colour: string, isSolid: boolean) => ({
      id,
      type: 'line' as const,
      name,
      data: [...border, ...border.slice(0, 1)].map(xy),
      showSymbol: false,
      silent: true,
      itemStyle: { color: colour },
      lineStyle: { color: colour, width: isSolid ? 2 : 1.5, type: isSolid ? ('solid' as const) : ('dashed' as const) },
    });
    return {
      animation: false,
      grid: { left: 16, right: 48, top: 52, bottom: 30, containLabel: true },
      legend: {
        top: 0,
        left: 8,
        icon: 'roundRect',
        itemWidth: 14,
        itemHeight: 3,
        textStyle: text,
        data: [t('cooling.chart.recommended'), t('cooling.chart.allowable')],
        selectedMode: false,
      },
      tooltip: {
        trigger: 'item',
        renderMode: 'richText',
        backgroundColor: theme.surface,
        borderColor: theme.line,
        textStyle: { ...text, color: theme.strongText },
        formatter: (params) => {
          const { data } = params as { data?: { told?: string } };
          return data?.told ?? '';
        },
      },
      xAxis: {
        type: 'value',
        min,
        max,
        interval: EVEN,
        name: t('cooling.chart.temperature', { unit: format.shownUnit('°C').unit }),
        nameLocation: 'middle',
        nameGap: 26,
        nameTextStyle: text,
        axisLabel: { ...text, formatter: degrees },
        axisLine: { lineStyle: { color: theme.line } },
        splitLine: { lineStyle: { color: theme.grid } },
      },
      yAxis: {
        type: 'value',
        min: 0,
        max: top,
        position: 'left',
        name: 'g/kg',
        nameTextStyle: text,
        axisLabel: { ...text, formatter: (value: number) => format.number(value, 0) },
        axisLine: { show: true, lineStyle: { color: theme.line } },
        splitLine: { lineStyle: { color: theme.grid } },
      },
      series: [
        ...HUMIDITY_LINES.map((humidity) => {
          const data: [number, number][] = [];
          for (let c = min; c <= max; c += LINE_STEP_K) {
            const ratio = humidityRatio(c, humidity, pressurePa);
            if (ratio !== null && ratio <= top) data.push([c, ratio]);
          }
          return {
            id: `humidity-${humidity}`,
            type: 'line' as const,
            data,
            showSymbol: false,
            silent: true,
            lineStyle: { color: theme.line, width: humidity === 100 ? 1.5 : 1 },
            endLabel: { show: true, formatter: `${humidity} %`, ...text, distance: 3 },
          };
        }),
        {
          id: 'cells',
          type: 'scatter' as const,
          symbol: 'rect',
          symbolSize: 7,
          data: cells.map((cell) => ({
            value: xy(cell),
            told: `${format.withUnit(format.quantity(cell.temperatureC, '°C', 1))}, ${format.number(cell.humidityRatio, 1)} g/kg\n${t('cooling.chart.hours', { hours: format.significant(cell.hours, 3) })}`,
            itemStyle: { color: theme.series[1], opacity: 0.15 + 0.75 * Math.sqrt(cell.hours / mostHours) },
          })),
        },
        outline('allowable', t('cooling.chart.allowable'), outer, theme.warn, false),
        outline('recommended', t('cooling.chart.recommended'), inner, theme.series[4], true),
        {
          id: 'points',
          type: 'scatter' as const,
          symbolSize: 8,
          itemStyle: { color: theme.series[1], borderColor: theme.surface, borderWidth: 1 },
          data: points.map((point) => ({
            value: xy(point),
            told: `${point.label}\n${format.withUnit(format.quantity(point.temperatureC, '°C', 1))}, ${format.withUnit(format.quantity(point.relativeHumidity, '%', 0))}`,
          })),
        },
      ],
    };
  };
}
