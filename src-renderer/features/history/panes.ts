import { metricDef } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import type { PaneSpec, SeriesColour, TrackSpec } from '../../charts/types';
import { beforeTrack } from '../../data/history-view';
import { unitText, type Texts } from '../../i18n/use-texts';

const COLOURS = 8;

/** Runs have long ids; eight letters tell them apart. A node's name says that it is one. */
export function deviceName(series: Series): string {
  return series.device.startsWith('run/') ? series.device.slice(4, 12) : series.device.replace(/^node\//, '');
}

/** How a series is called where several metrics stand together. */
function seriesName({ t }: Texts, series: Series): string {
  return t('history.seriesName', { metric: t(`metric.${series.metric}`), device: deviceName(series) });
}

/** One pane a unit, in the order chosen; what is measured alike shares an axis. `compare` adds each line's period before, behind it. */
export function historyPanes(texts: Texts, chosen: readonly Series[], currency: string, compare = false): PaneSpec[] {
  const { t, format } = texts;
  const byUnit = new Map<string, Series[]>();
  for (const series of chosen) {
    const unit = metricDef(series.metric).unit;
    // Dimensionless metrics have nothing in common: a loss and a load average want axes of their own.
    const key = unit === '1' ? series.metric : unit;
    byUnit.set(key, [...(byUnit.get(key) ?? []), series]);
  }
  let colour = 0;
  return [...byUnit].map(([key, members]) => {
    const first = metricDef(members[0]?.metric ?? 'it.power');
    const metrics = new Set(members.map((series) => series.metric));
    const only = metrics.size === 1 ? members[0]?.metric : undefined;
    const bounds = members.every((series) => metricDef(series.metric).range[0] === 0);
    return {
      id: key,
      title: only === undefined ? t('history.pane.several', { count: metrics.size }) : t(`metric.${only}`),
      unit: unitText(t, first.unit, currency),
      tracks: members.flatMap((series): TrackSpec[] => {
        const index = colour++;
        const own: TrackSpec = { id: String(series.id), label: only === undefined ? seriesName(texts, series) : deviceName(series), colour: ((index % COLOURS) + 1) as SeriesColour, shape: 'band', dashed: index >= COLOURS, provenance: series.provenance };
        return compare ? [{ ...own, id: beforeTrack(series.id), label: t('history.before', { name: own.label }), shape: 'faint', dashed: true }, own] : [own];
      }),
      floor: bounds ? 'zero' : 'fit',
      minRange: first.unit === '%' ? 10 : first.unit === '1' ? 0.05 : first.unit === '°C' ? 5 : 1e-3,
      ...(first.unit === '%' ? { bounds: [0, 150] as const } : {}),
      tickFactor: (largest) => format.stepOf(first.unit, largest),
      formatTick: (value, largest, step) => format.tick(value, first.unit, largest, step),
      formatValue: (value) => {
        const figure = format.quantity(value, first.unit, first.digits, currency);
        return value === null || figure.unit === first.unit || figure.unit === '' ? figure.text : `${figure.text} ${unitText(t, figure.unit, currency)}`;
      },
    };
  });
}
