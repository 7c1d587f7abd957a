import { useMemo, type ReactNode } from 'react';
import type { PowerFit } from '@shared/model/power-fit';
import { EChart } from '../../charts/echart/EChart';
import { pictureTable, type PictureTable } from '../../charts/echart/picture-table';
import type { DrawPicture } from '../../charts/echart/types';
import type { ChartTheme } from '../../charts/theme';
import { useTexts, type Texts } from '../../i18n/use-texts';
import type { DataColumn } from '../../ui/table/columns';
import styles from './energy.module.css';

const W_PER_KW = 1000;

/** What the meters told and what the curve says of the same loads; below it, what is left between the two. */
export function FitPicture({ fit, name }: { readonly fit: PowerFit; readonly name: string }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const draw = useMemo(() => picture(texts, fit), [texts, fit]);
  const table = useMemo(() => tableOf(texts, fit), [texts, fit]);
  return (
    <div className={styles.fitPicture}>
      <EChart
        title={t('energy.fits.picture', { place: name })}
        unit="kW"
        draw={draw}
        table={table}
        fileName="coldaisle-fit"
        testId="energy-fit-picture"
      />
    </div>
  );
}

const kilowatts = (watts: number): number => watts / W_PER_KW;

function picture({ t, format }: Texts, { sample, curve }: PowerFit): DrawPicture {
  const told = sample.map(({ loadW, toldW }) => [kilowatts(loadW), kilowatts(toldW)]);
  const fitted = sample.map(({ loadW, fittedW }) => [kilowatts(loadW), kilowatts(fittedW)]).sort(([a = 0], [b = 0]) => a - b);
  const left = sample.map(({ loadW, toldW, fittedW }) => [kilowatts(loadW), kilowatts(toldW - fittedW)]);
  return (theme) => {
    const text = { color: theme.text, fontFamily: theme.font, fontSize: theme.fontSize };
    const axis = axisOf(theme, text);
    const names = [t('energy.fits.told'), t('energy.fits.fitted'), t('energy.fits.residual')] as const;
    const value = { ...axis, axisLabel: { ...text, formatter: (watts: number) => format.number(watts, 2) } };
    const dots = { type: 'scatter' as const, symbolSize: 4, silent: true };
    return {
      animation: false,
      legend: { top: 6, left: 12, icon: 'circle', itemWidth: 8, itemHeight: 8, textStyle: text, selectedMode: false, data: [...names] },
      grid: [
        { left: 64, right: 24, top: 40, height: '46%' },
        { left: 64, right: 24, top: '70%', bottom: 40 },
      ],
      xAxis: [
        { ...axis, gridIndex: 0, scale: true, axisLabel: { show: false } },
        { ...axis, gridIndex: 1, scale: true, name: t('energy.fits.axis.load'), nameLocation: 'middle', nameGap: 24, nameTextStyle: text },
      ],
      yAxis: [
        { ...value, gridIndex: 0, scale: true },
        { ...value, gridIndex: 1, scale: true, splitNumber: 2 },
      ],
      series: [
        { ...dots, id: 'told', name: names[0], data: told, itemStyle: { color: theme.series[1], opacity: 0.6 } },
        // By temperature, too, it is no line over the load.
        curve.aboveC === null
          ? {
              id: 'fitted',
              name: names[1],
              type: 'line' as const,
              symbol: 'none',
              silent: true,
              data: fitted,
              lineStyle: { color: theme.series[2], width: 2 },
              itemStyle: { color: theme.series[2] },
            }
          : { ...dots, id: 'fitted', name: names[1], data: fitted, itemStyle: { color: theme.series[2], opacity: 0.6 } },
        {
          ...dots,
          id: 'left',
          name: names[2],
          xAxisIndex: 1,
          yAxisIndex: 1,
          data: left,
          itemStyle: { color: theme.series[8], opacity: 0.6 },
        },
      ],
    };
  };
}

const axisOf = (theme: ChartTheme, text: object) => ({
  type: 'value' as const,
  axisLabel: text,
  axisLine: { show: true, lineStyle: { color: theme.line } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: theme.grid } },
});

type Moment = PowerFit['sample'][number];

function tableOf({ t, format }: Texts, { sample }: PowerFit): PictureTable {
  const power = (id: string, name: string, of: (moment: Moment) => number): DataColumn<Moment> => ({
    id,
    name,
    valueUnit: 'kW',
    isNumber: true,
    value: (moment) => kilowatts(of(moment)),
    text: (moment) => format.number(kilowatts(of(moment)), 3),
  });
  return pictureTable({
    id: 'energy-fit',
    columns: [
      power('load', t('energy.fits.axis.load'), ({ loadW }) => loadW),
      power('told', t('energy.fits.told'), ({ toldW }) => toldW),
      power('fitted', t('energy.fits.fitted'), ({ fittedW }) => fittedW),
      power('left', t('energy.fits.axis.residual'), ({ toldW, fittedW }) => toldW - fittedW),
    ],
    rows: sample,
    rowId: (_, place) => String(place),
  });
}
