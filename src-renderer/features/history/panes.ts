import { metricOf } from '@shared/model/metrics';
import type { Compare } from '@shared/model/saved-view';
import type { Series } from '@shared/model/series';
import type { LineLook } from '../../charts/colour-slots';
import type { PaneSpec, TrackSpec } from '../../charts/time/types';
import { beforeTrack, plainLook, type ViewLook } from '../../data/history-view';
import { paneFigures } from '../../i18n/pane-figures';
import { isOwnUnit, metricName, type Texts } from '../../i18n/use-texts';

/** Runs have long ids; eight letters tell them apart. A node's name says that it is one. */
export function deviceName(series: Series): string {
  return series.device.startsWith('run/') ? series.device.slice(4, 12) : series.device.replace(/^node\//, '');
}

/** How a series is called where several metrics stand together. */
function seriesName({ t }: Texts, series: Series): string {
  return t('history.seriesName', { metric: metricName(t, series), device: deviceName(series) });
}

/** One pane a unit, in the order chosen; what is measured alike shares an axis. `compare` adds each line at the earlier time, behind it. */
export function historyPanes(
  texts: Texts,
  chosen: readonly Series[],
  looks: ReadonlyMap<number, LineLook>,
  compare: Compare | null = null,
  { thresholds, smoothing, log }: ViewLook = plainLook,
): PaneSpec[] {
  const { t } = texts;
  const byUnit = new Map<string, Series[]>();
  for (const series of chosen) {
    const { unit } = metricOf(series);
    const key = isOwnUnit(unit) ? series.metric : unit;
    byUnit.set(key, [...(byUnit.get(key) ?? []), series]);
  }
  return [...byUnit].flatMap(([key, members]): PaneSpec[] => {
    const [head] = members;
    if (head === undefined) return [];
    const first = metricOf(head);
    const metrics = new Set(members.map((series) => series.metric));
    const only = metrics.size === 1;
    const bounds = members.every((series) => metricOf(series).range?.[0] === 0);
    const figures = paneFigures(texts, first.unit, first.digits);
    const threshold = thresholds[key];
    return [
      {
        id: key,
        title: only ? metricName(t, head) : t('history.pane.several', { count: metrics.size }),
        tracks: members.flatMap((series): TrackSpec[] => {
          const look = looks.get(series.id);
          const own: TrackSpec = {
            id: String(series.id),
            label: only ? deviceName(series) : seriesName(texts, series),
            colour: look?.colour ?? 1,
            style: 'band',
            dashed: look?.dashed === true,
            provenance: series.provenance,
          };
          if (compare === null) return [own];
          const period = typeof compare === 'number' ? 'other' : compare;
          return [
            {
              ...own,
              id: beforeTrack(series.id),
              label: t(`history.earlier.${period}`, { name: own.label }),
              style: 'faint',
              dashed: true,
            },
            own,
          ];
        }),
        floor: bounds ? 'zero' : 'fit',
        minRange: first.unit === '%' ? 10 : isOwnUnit(first.unit) ? 0.05 : first.unit === '°C' ? 5 : 1e-3,
        ...(first.unit === '%' && members.every((series) => metricOf(series).range !== null) ? { bounds: [0, 150] as const } : {}),
        ...(log.includes(key) ? { log: true } : {}),
        ...(smoothing > 0 ? { smoothing } : {}),
        ...(threshold === undefined
          ? {}
          : { thresholds: [{ value: threshold, label: figures.formatValue(threshold), tone: 'warn' as const }] }),
        ...figures,
      },
    ];
  });
}
