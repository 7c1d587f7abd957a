import { HOST_DEVICE } from '@shared/model/device-tree';
import { metricOf, type MetricId } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import type { SeriesColour } from '../../charts/theme';
import type { PaneSpec, TrackSpec } from '../../charts/time/types';
import { paneFigures } from '../../i18n/pane-figures';
import { metricName, type Texts } from '../../i18n/use-texts';

/** What of a device is drawn beside a run's curves, by pane. */
const shown = {
  power: ['it.power', 'gpu.power', 'cpu.power'],
  temperature: ['gpu.temperature', 'cpu.temperature'],
  load: ['gpu.load', 'cpu.load'],
} as const satisfies Record<string, readonly MetricId[]>;
const paneIds = ['power', 'temperature', 'load'] as const;
/** Least height of the y range, in the pane's unit. */
const leastRange: Readonly<Record<keyof typeof shown, number>> = { power: 1, temperature: 5, load: 10 };

/** The series of a run's room, of those that its devices have: power, temperature and load. */
export function roomSeries(series: readonly Series[]): Series[] {
  const wanted: readonly string[] = paneIds.flatMap((pane) => [...shown[pane]]);
  return series.filter(({ metric }) => wanted.includes(metric)).sort((a, b) => wanted.indexOf(a.metric) - wanted.indexOf(b.metric));
}

/** A pane for what is measured alike, in it a line for each device. */
export function roomPanes(texts: Texts, series: readonly Series[]): PaneSpec[] {
  const { t } = texts;
  return paneIds.flatMap((pane): PaneSpec[] => {
    const metrics: readonly string[] = shown[pane];
    const members = series.filter(({ metric }) => metrics.includes(metric));
    const [head] = members;
    if (head === undefined) return [];
    const { unit, digits } = metricOf(head);
    return [
      {
        id: `room-${pane}`,
        title: t(`run.room.${pane}`),
        ...paneFigures(texts, unit, digits),
        tracks: members.map((entry, i): TrackSpec => ({
          id: String(entry.id),
          label: entry.device === HOST_DEVICE ? metricName(t, entry) : `${entry.device} · ${metricName(t, entry)}`,
          colour: ((i % 8) + 1) as SeriesColour,
          dashed: i >= 8,
          style: 'line',
          provenance: entry.provenance,
        })),
        floor: pane === 'temperature' ? 'fit' : 'zero',
        minRange: leastRange[pane],
        ...(pane === 'load' ? { bounds: [0, 150] as const } : {}),
      },
    ];
  });
}
