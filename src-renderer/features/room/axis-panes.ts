import { metricDef } from '@shared/model/metrics';
import { worstProvenance } from '@shared/model/provenance';
import type { Series } from '@shared/model/series';
import type { SeriesColour } from '../../charts/theme';
import type { PaneSpec, TrackSpec } from '../../charts/time/types';
import { paneIds, roomTracks, type AxisMetric, type PaneId, type RoomTrack } from '../../data/room-axis';
import { paneFigures } from '../../i18n/pane-figures';
import type { Texts } from '../../i18n/use-texts';

type PaneLook = Pick<PaneSpec, 'floor' | 'minRange'> & Partial<Pick<PaneSpec, 'bounds'>>;

const looks: Readonly<Record<PaneId, PaneLook>> = {
  loss: { floor: 'zero', minRange: 0.1 },
  accuracy: { floor: 'fit', minRange: 0.05, bounds: [0, 1] },
  throughput: { floor: 'zero', minRange: 100 },
  power: { floor: 'zero', minRange: 10 },
  temperature: { floor: 'fit', minRange: 10 },
  ratio: { floor: 'fit', minRange: 0.2, bounds: [1, 100] },
};

const colours: Readonly<Record<AxisMetric, SeriesColour>> = {
  'train.loss': 1,
  'train.val_loss': 2,
  'train.accuracy': 1,
  'train.val_accuracy': 2,
  'train.throughput': 1,
  'it.power': 1,
  'facility.power': 2,
  'cpu.power': 3,
  'gpu.power': 4,
  'cpu.temperature': 6,
  'gpu.temperature': 4,
  'sensor.temperature': 8,
  'facility.power_ratio': 2,
};

/** The panes as they are told apart by eye: names, units, colours, and only the lines this machine has a source for. */
export function axisPanes(texts: Texts, series: readonly Series[]): PaneSpec[] {
  const { t } = texts;
  return paneIds.map((id) => {
    const own = roomTracks.filter((track) => track.pane === id);
    const first = own[0];
    const def = first ? metricDef(first.metric) : null;
    const unit = def?.unit ?? '1';
    const digits = def?.digits ?? 2;
    return {
      id,
      title: t(`room.axis.pane.${id}`),
      ...paneFigures(texts, unit, digits),
      ...looks[id],
      tracks: own.flatMap((track) => spec(texts, track, series)),
    };
  });
}

function spec({ t }: Texts, track: RoomTrack, all: readonly Series[]): TrackSpec[] {
  const own = all.filter((series) => series.metric === track.metric);
  const training = track.combine === 'runs';
  if (own.length === 0 && !training) return [];
  const devices = new Set(own.map((series) => series.device)).size;
  const name = t(`room.track.${track.metric}`);
  return [
    {
      id: track.metric,
      label: training || devices <= 1 ? name : t(track.combine === 'sum' ? 'room.track.sum' : 'room.track.max', { name, count: devices }),
      colour: colours[track.metric],
      style: track.metric === 'train.val_loss' || track.metric === 'train.val_accuracy' ? 'points' : 'line',
      provenance: training ? null : worstProvenance(own.map((series) => series.provenance)),
    },
  ];
}
