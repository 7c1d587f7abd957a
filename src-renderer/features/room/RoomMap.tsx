import { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { DeviceTree } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';
import { toHistory } from '../../app/paths';
import { lastHour, openedIn } from '../../data/history-link';
import { mapMetrics, mapScale, SeriesIndex, type MapMetric, type MapScale } from '../../data/map-metric';
import { roomMap, type MapHall } from '../../data/room-map';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { Icon } from '../../ui/Icon';
import { EmptyState } from '../../ui/EmptyState';
import { Segmented } from '../../ui/Field';
import { ComparePanel } from './ComparePanel';
import { MapBody } from './MapBody';
import { MapControls, type MapChoice } from './MapControls';
import { MapLegend } from './MapLegend';
import { COMPARED, type PickingState } from './picking';
import { RankedTiles } from './RankedTiles';
import { remembered } from './remembered';
import { useMapTiles } from './use-map-tiles';
import { Stopped } from '../../ui/StreamNote';
import { useSiblings } from '../../rpc/use-siblings';
import './map.css';

interface RoomMapProps {
  readonly tree: DeviceTree;
  readonly lead: ReactNode;
}

/** The room as it stands: halls, rows, racks, nodes, and every GPU as a tile in the colour of its value. */
export function RoomMap({ tree, lead }: RoomMapProps): ReactNode {
  const { t, format } = useTexts();
  const [compared, setCompared] = useState(remembered.compared);
  const series = useValue(useServices().series);
  const halls = useMemo(() => roomMap(tree, format.compare), [tree, format]);
  const index = useMemo(() => new SeriesIndex(series ?? []), [series]);
  const compare = useCallback((devices: readonly string[]): void => {
    remembered.compared = devices;
    setCompared(devices);
  }, []);
  const isEmpty = halls.every((hall) => hall.rows.every((row) => row.racks.every((rack) => rack.nodes.length === 0)));
  return (
    <section className="map" aria-label={t('map.label')} data-testid="map">
      {isEmpty || !series ? (
        <>
          <div className="toolbar">{lead}</div>
          <EmptyState icon="room" title={t('map.empty')}>
            {t('map.empty.step')}
          </EmptyState>
        </>
      ) : compared.length === COMPARED ? (
        <ComparePanel tree={tree} series={series} devices={compared} lead={lead} onClose={() => compare([])} />
      ) : (
        <Tiles tree={tree} series={series} halls={halls} index={index} lead={lead} onCompare={compare} />
      )}
    </section>
  );
}

interface TilesProps extends RoomMapProps {
  readonly series: readonly Series[];
  readonly halls: readonly MapHall[];
  readonly index: SeriesIndex;
  readonly onCompare: (devices: readonly string[]) => void;
}

function Tiles({ tree, series, halls, index, lead, onCompare }: TilesProps): ReactNode {
  const { t } = useTexts();
  const [metric, setMetric] = useState(remembered.metric);
  const [choice, setChoice] = useState<MapChoice>({
    colouring: remembered.colouring,
    scope: remembered.scope,
    order: remembered.order,
  });
  const [scale, setScale] = useState<MapScale | null>(null);
  const picking = usePicking(onCompare);
  const map = useMapTiles(tree, halls, index, metric);
  // A throttle reason is named or not: there is no distance between two of them.
  const deviates = choice.colouring === 'deviation' && metric !== 'throttle';
  const siblings = useSiblings(tree, map.devices, deviates ? choice.scope : null);
  const ids = new Set(map.tiles.map((tile) => tile.series?.id));
  const shown = series.filter(({ id }) => ids.has(id));
  const chooseMetric = (next: MapMetric): void => {
    remembered.metric = next;
    setScale(null);
    setMetric(next);
  };
  const choose = (next: MapChoice): void => {
    Object.assign(remembered, next);
    setChoice(next);
  };
  return (
    <>
      <div className="toolbar">
        {lead}
        <Segmented<MapMetric>
          label={t('map.metric')}
          value={metric}
          options={mapMetrics.map((value) => ({ value, label: t(`map.metric.${value}`) }))}
          onChange={chooseMetric}
        />
        {map.live ? <Stopped of={map.live} /> : null}
        <span className="toolbar-end">
          {shown.length === 0 ? null : (
            <a className="button button-plain" href={toHistory(openedIn(lastHour, shown))} data-testid="map-history">
              <Icon name="history" />
              <span>{t('history.open')}</span>
            </a>
          )}
          <MapLegend
            metric={metric}
            scale={scale ?? mapScale(metric, 0)}
            hasValues={metric !== 'power' || scale !== null}
            deviates={siblings !== null}
            hasLone={siblings?.includes(null) === true}
          />
        </span>
      </div>
      {map.devices.length > 1 ? (
        <MapControls tree={tree} devices={map.devices} metric={metric} choice={choice} onChoice={choose} picking={picking} />
      ) : null}
      {siblings !== null && choice.order === 'deviation' ? (
        <RankedTiles map={map} metric={metric} siblings={siblings} picking={picking} />
      ) : (
        <MapBody halls={halls} map={map} metric={metric} siblings={siblings} picking={picking} onScale={setScale} />
      )}
    </>
  );
}

/** @param onPicked hears as many devices as are compared */
function usePicking(onPicked: (devices: readonly string[]) => void): PickingState {
  const [isOn, setOn] = useState(false);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const pick = useCallback(
    (device: string): void => {
      const next = picked.includes(device) ? picked.filter((other) => other !== device) : [...picked, device];
      setOn(true);
      setPicked(next);
      if (next.length === COMPARED) onPicked(next);
    },
    [picked, onPicked],
  );
  const turn = useCallback((next: boolean): void => {
    setOn(next);
    setPicked([]);
  }, []);
  return useMemo(() => ({ isOn, picked, pick, turn }), [isOn, picked, pick, turn]);
}
