import { metricOf, type MetricId } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import type { SeriesColour } from '../../charts/theme';
import type { PaneSpec, TrackSpec } from '../../charts/time/types';
import { paneFigures } from '../../i18n/pane-figures';
import { metricName, type Texts } from '../../i18n/use-texts';

/** What tells first whether two devices do alike; the rest stands in the table. */
const drawn: readonly MetricId[] = [
  'gpu.load',
  'cpu.load',
  'gpu.power',
  'it.power',
  'cpu.power',
  'gpu.temperature',
  'cpu.temperature',
  'gpu.memory.used',
  'memory.used',
  'gpu.clock.sm',
];
const MAX_PANES = 5;
const colours: readonly SeriesColour[] = [1, 2];

/** One metric, of each of the compared devices. */
export interface ComparedMetric {
  readonly metric: string;
  readonly definition: Pick<Series, 'metric' | 'definition'>;
  /** In the order of the devices; null = this one has no such series. */
  readonly series: readonly (Series | null)[];
}

/** What is known of the devices: what is drawn first, then the rest in the order of the list. */
export function comparedMetrics(all: readonly Series[], devices: readonly string[]): ComparedMetric[] {
  const byMetric = new Map<string, (Series | null)[]>();
  for (const series of all) {
    const at = devices.indexOf(series.device);
    if (at < 0 || series.metric.startsWith('gpu.throttled') || series.metric === 'gpu.clock.events') continue;
    const row = byMetric.get(series.metric) ?? devices.map(() => null);
    row[at] ??= series;
    byMetric.set(series.metric, row);
  }
  const place = (metric: string): number => {
    const at = (drawn as readonly string[]).indexOf(metric);
    return at < 0 ? drawn.length : at;
  };
  return [...byMetric]
    .map(([metric, series]) => ({ metric, definition: series.find((entry) => entry !== null) ?? { metric }, series }))
    .sort((a, b) => place(a.metric) - place(b.metric));
}

/** A pane a metric, in it a line a device. */
export function comparePanes(texts: Texts, metrics: readonly ComparedMetric[], names: readonly string[]): PaneSpec[] {
  return metrics
    .filter(({ metric }) => (drawn as readonly string[]).includes(metric))
    .slice(0, MAX_PANES)
    .map(({ metric, definition, series }): PaneSpec => {
      const { unit, digits } = metricOf(definition);
      return {
        id: metric,
        title: metricName(texts.t, definition),
        ...paneFigures(texts, unit, digits),
        tracks: series.flatMap((entry, i): TrackSpec[] =>
          entry
            ? [
                {
                  id: String(entry.id),
                  label: names[i] ?? '',
                  colour: colours[i] ?? 1,
                  style: 'line',
                  dashed: i > 0,
                  provenance: entry.provenance,
                },
              ]
            : [],
        ),
        floor: unit === '°C' ? 'fit' : 'zero',
        minRange: unit === '%' ? 10 : unit === '°C' ? 5 : 1,
        ...(unit === '%' ? { bounds: [0, 150] as const } : {}),
      };
    });
}
