import type { PueFamily, PueFamilyQuery, PueFigures } from '@shared/model/pue';
import type { DrawPicture } from '../../charts/echart/types';
import type { Format } from '../../i18n/format';
import type { Texts } from '../../i18n/use-texts';

/** Room above and below the curve, as a share of its height, and the least height it is drawn at. */
const MARGIN = 0.15;
const LEAST_HEIGHT = 0.1;
/** More uprights than this nobody tells apart: the newest stand. */
const MARKS = 6;

export function stretchName(format: Format, fromMs: number, step: PueFamilyQuery['step']): string {
  if (step === 'hour') return format.shortDateTime(fromMs);
  if (step === 'day') return format.day(fromMs);
  return step === 'month' ? format.month(fromMs) : format.year(fromMs);
}

/**
 * The PUE of each stretch: a full line where the facility is metered, a broken one where it is modelled, and an upright where how it
 * is known changes. What is withheld is a gap.
 */
export function pueCurve(
  { t, format }: Texts,
  stretches: readonly PueFigures[],
  step: PueFamilyQuery['step'],
  switches: Readonly<PueFamily['switches']>,
): DrawPicture {
  const known = stretches.flatMap(({ pue }) => (pue.value === null ? [] : [pue.value]));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const margin = MARGIN * Math.max(high - low, LEAST_HEIGHT);
  const [min, max] = [Math.max(1, Math.floor((low - margin) * 20) / 20), Math.ceil((high + margin) * 20) / 20];
  const marks = switches
    .slice(-MARKS)
    .map(({ atMs, to }) => ({ at: stretches.findIndex(({ fromMs }) => fromMs === atMs), to }))
    .filter(({ at }) => at >= 0);
  const of = (isMetered: boolean): (number | null)[] => stretches.map((own) => (own.isMetered === isMetered ? own.pue.value : null));
  return (theme) => {
    const text = { color: theme.text, fontFamily: theme.font, fontSize: theme.fontSize };
    const line = (id: string, name: string, data: readonly (number | null)[], isSolid: boolean) => ({
      id,
      name,
      type: 'line' as const,
      data: [...data],
      symbol: 'circle',
      symbolSize: 5,
      showAllSymbol: true,
      itemStyle: { color: theme.series[isSolid ? 1 : 8] },
      lineStyle: { color: theme.series[isSolid ? 1 : 8], width: 2, type: isSolid ? ('solid' as const) : ('dashed' as const) },
    });
    return {
      animation: false,
      grid: { left: 16, right: 24, top: 40, bottom: 12, containLabel: true },
      legend: {
        top: 6,
        left: 12,
        icon: 'roundRect',
        itemWidth: 14,
        itemHeight: 3,
        textStyle: text,
        selectedMode: false,
        data: [t('energy.curve.metered'), t('energy.curve.modelled')],
      },
      tooltip: {
        trigger: 'axis',
        renderMode: 'richText',
        backgroundColor: theme.surface,
        borderColor: theme.line,
        textStyle: { ...text, color: theme.strongText },
        formatter: (params) => {
          const [first] = Array.isArray(params) ? params : [params];
          const own = stretches[first?.dataIndex ?? -1];
          if (own === undefined) return '';
          const value =
            own.pue.value === null
              ? t(`withheld.${own.pue.withheld ?? 'no-samples'}`)
              : `PUE ${format.number(own.pue.value, 3)}${own.uncertainty === null ? '' : ` ± ${format.number(own.uncertainty, 3)}`}`;
          return `${stretchName(format, own.fromMs, step)}\n${value}`;
        },
      },
      xAxis: {
        type: 'category',
        data: stretches.map(({ fromMs }) => stretchName(format, fromMs, step)),
        axisLabel: { ...text, hideOverlap: true },
        axisLine: { lineStyle: { color: theme.line } },
        axisTick: { show: false },
      },
      yAxis: {
        type: 'value',
        min,
        max,
        axisLabel: { ...text, formatter: (value: number) => format.number(value, 2) },
        axisLine: { show: true, lineStyle: { color: theme.line } },
        splitLine: { lineStyle: { color: theme.grid } },
      },
      series: [
        line('metered', t('energy.curve.metered'), of(true), true),
        line('modelled', t('energy.curve.modelled'), of(false), false),
        ...marks.map(({ at, to }) => ({
          id: `switch ${at}`,
          type: 'line' as const,
          silent: true,
          symbol: 'none',
          data: [
            [at, min],
            [at, max],
          ],
          lineStyle: { color: theme.strongText, width: 1, type: 'dotted' as const },
          endLabel: {
            show: true,
            formatter: t(`energy.curve.to.${to}`),
            ...text,
            color: theme.strongText,
            position: at > stretches.length / 2 ? ('left' as const) : ('right' as const),
          },
        })),
      ],
    };
  };
}
