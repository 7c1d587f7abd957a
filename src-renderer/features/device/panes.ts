import { throttleMetrics } from '@shared/model/clock-events';
import { metricOf, type MetricId } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import type { SeriesColour } from '../../charts/theme';
import type { PaneSpec, TrackSpec } from '../../charts/time/types';
import { paneFigures } from '../../i18n/pane-figures';
import { isOwnUnit, metricName, type Texts } from '../../i18n/use-texts';

/** What is no line: a bit mask, an error's number; and what the throttle history below the charts shows. */
const notDrawn: ReadonlySet<string> = new Set<MetricId>([
  'gpu.clock.events',
  'gpu.xid',
  'gpu.throttled',
  ...Object.values(throttleMetrics),
]);
/** Constants that another line is read against. */
const reference: ReadonlySet<string> = new Set<MetricId>(['gpu.memory.total', 'memory.total', 'gpu.power.limit']);
/** Units from the most asked for down; others follow in the catalogue's order. */
const order = ['%', 'W', '°C', 'B', 'MHz', 'B/s'];

/** All lines of one device: one pane a unit, since what is measured alike shares an axis. */
export function devicePanes(texts: Texts, series: readonly Series[]): PaneSpec[] {
  const { t } = texts;
  const byUnit = new Map<string, Series[]>();
  for (const entry of series) {
    if (notDrawn.has(entry.metric)) continue;
    const { unit, kind } = metricOf(entry);
    const key = isOwnUnit(unit) || (kind === 'rate' && unit !== 'B/s') ? entry.metric : unit;
    byUnit.set(key, [...(byUnit.get(key) ?? []), entry]);
  }
  const place = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return [...byUnit]
    .sort(([a], [b]) => place(a) - place(b))
    .flatMap(([key, members]): PaneSpec[] => {
      const [head] = members;
      if (head === undefined) return [];
      const first = metricOf(head);
      return [
        {
          id: key,
          title: members.length > 1 && place(key) < order.length ? t(`device.pane.${paneName(key)}`) : metricName(t, head),
          ...paneFigures(texts, first.unit, first.digits),
          tracks: members.map((entry, i): TrackSpec => ({
            id: String(entry.id),
            label: metricName(t, entry),
            colour: ((i % 8) + 1) as SeriesColour,
            style: 'line',
            dashed: reference.has(entry.metric),
            provenance: entry.provenance,
          })),
          floor: first.unit === '°C' || (first.range?.[0] ?? -1) < 0 ? 'fit' : 'zero',
          minRange: first.unit === '%' ? 10 : first.unit === '°C' ? 5 : isOwnUnit(first.unit) ? 0.05 : 1e-3,
          ...(first.unit === '%' && members.every((entry) => metricOf(entry).range !== null) ? { bounds: [0, 150] as const } : {}),
        },
      ];
    });
}

function paneName(unit: string): 'share' | 'power' | 'temperature' | 'memory' | 'clock' | 'rate' {
  switch (unit) {
    case '%':
      return 'share';
    case 'W':
      return 'power';
    case '°C':
      return 'temperature';
    case 'B':
      return 'memory';
    case 'MHz':
      return 'clock';
    default:
      return 'rate';
  }
}
