import { useCallback, useEffect, useMemo, useRef, useState, type CSSProperties, type ReactNode } from 'react';
import { pathOf, type DeviceTree } from '@shared/model/device-tree';
import { toDevice } from '../../app/paths';
import { LiveValues } from '../../data/live-values';
import { mapMetrics, mapScale, SeriesIndex, type MapMetric, type MapScale } from '../../data/map-metric';
import { mapLines, roomMap, type MapHall, type MapNode, type MapRack } from '../../data/room-map';
import { useTexts } from '../../i18n/use-texts';
import { useLink, useServices } from '../../rpc/context';
import { useDisposable, useReadable, useValue } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { Segmented } from '../../ui/Field';
import { MapLegend } from './MapLegend';
import { MapPainter, type MapTile } from './map-painter';
import { walkable } from './map-walk';
import { mapWords } from './map-words';
import { remembered } from './remembered';
import './map.css';

interface RoomMapProps {
  readonly tree: DeviceTree;
  readonly lead: ReactNode;
}

/** The room as it stands: halls, rows, racks, nodes, and every GPU as a tile in the colour of its value. */
export function RoomMap({ tree, lead }: RoomMapProps): ReactNode {
  const { t, format } = useTexts();
  const [metric, setMetric] = useState(remembered.metric);
  const [scale, setScale] = useState<MapScale | null>(null);
  const series = useValue(useServices().series);
  const halls = useMemo(() => roomMap(tree, format.compare), [tree, format]);
  const index = useMemo(() => new SeriesIndex(series ?? []), [series]);
  const choose = (next: MapMetric): void => {
    remembered.metric = next;
    setScale(null);
    setMetric(next);
  };
  const empty = halls.every((hall) => hall.rows.every((row) => row.racks.every((rack) => rack.nodes.length === 0)));
  return (
    <section className="map" aria-label={t('map.label')} data-testid="map">
      <div className="toolbar">
        {lead}
        <Segmented<MapMetric>
          label={t('map.metric')}
          value={metric}
          options={mapMetrics.map((value) => ({ value, label: t(`map.metric.${value}`) }))}
          onChange={choose}
        />
        <span className="toolbar-end">
          <MapLegend metric={metric} scale={scale ?? mapScale(metric, 0)} known={metric !== 'power' || scale !== null} />
        </span>
      </div>
      {empty || !series ? (
        <EmptyState icon="room" title={t('map.empty')}>
          {t('map.empty.step')}
        </EmptyState>
      ) : (
        <MapBody tree={tree} halls={halls} index={index} metric={metric} onScale={setScale} />
      )}
    </section>
  );
}

interface MapBodyProps {
  readonly tree: DeviceTree;
  readonly halls: readonly MapHall[];
  readonly index: SeriesIndex;
  readonly metric: MapMetric;
  readonly onScale: (scale: MapScale) => void;
}

const nodesOf = (halls: readonly MapHall[]): MapNode[] =>
  halls.flatMap((hall) => hall.rows.flatMap((row) => row.racks.flatMap((rack) => rack.nodes)));

function MapBody({ tree, halls, index, metric, onScale }: MapBodyProps): ReactNode {
  const services = useServices();
  const texts = useTexts();
  const { t } = texts;
  const online = useReadable(useLink().state).kind === 'online';
  const root = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);

  const devices = useMemo(() => nodesOf(halls).flatMap((node) => node.tiles), [halls]);
  const numbers = useMemo(() => new Map(devices.map((device, i) => [device.device, i])), [devices]);
  const nowMs = useCallback(() => services.telemetry.nowMs ?? Date.now(), [services]);
  const tiles = useMemo<MapTile[]>(
    () =>
      devices.map((device) => ({
        name: [
          ...pathOf(tree.places, device.device)
            .slice(-2)
            .map(({ name }) => name),
          ...(device.kind === 'host' ? [] : [shortName(device.device), device.label]),
        ].join(' · '),
        series: index.tile(device, metric),
      })),
    [devices, tree, index, metric],
  );
  const limitIds = useMemo(() => (metric === 'power' ? index.limits(devices) : []), [index, devices, metric]);
  const wanted = useMemo(
    () =>
      [...tiles.flatMap(({ series }) => (series ? [series.id, ...(series.ofId === null ? [] : [series.ofId])] : [])), ...limitIds]
        .sort((a, b) => a - b)
        .join(),
    [tiles, limitIds],
  );
  const makeLive = useCallback(
    () => new LiveValues(services.client, wanted === '' ? [] : wanted.split(',').map(Number), nowMs),
    [services, wanted, nowMs],
  );
  const live = useDisposable(makeLive);
  const groups = useMemo(() => tileGroups(halls, numbers), [halls, numbers]);
  const words = useMemo(() => mapWords(texts, metric), [texts, metric]);

  useEffect(() => {
    if (!root.current || !tip.current || !live) return;
    const painter = new MapPainter({ root: root.current, tip: tip.current, metric, tiles, groups, limitIds, live, nowMs, words, onScale });
    return () => painter.dispose();
  }, [live, metric, tiles, groups, limitIds, nowMs, words, onScale]);

  useEffect(() => {
    if (!root.current) return;
    const walk = walkable(root.current, remembered.focus, (id) => (remembered.focus = id));
    return () => walk.dispose();
  }, [halls]);

  const { nodes, heads } = mapLines(halls);
  const style = { '--map-lines': nodes, '--map-heads': heads } as CSSProperties;
  return (
    <>
      <div className="map-frame">
        <div ref={root} className="map-body" style={style} role="group" aria-label={t('map.help')} data-stale={!online || undefined}>
          {halls.map((hall) => (
            <section key={hall.place.id} className="map-hall" aria-label={hall.place.name}>
              {halls.length > 1 || hall.rows.some((row) => row.place) ? (
                <h2 className="map-head">
                  {hall.place.name} <span className="map-sum" data-group={hall.place.id} />
                </h2>
              ) : null}
              {hall.rows.map((row) => (
                <div
                  key={row.place?.id ?? ''}
                  className="map-row"
                  style={{ '--map-racks': Math.max(1, row.racks.length) } as CSSProperties}
                >
                  {row.place ? <h3 className="map-row-name">{row.place.name}</h3> : null}
                  <div className="map-racks">
                    {row.racks.map((rack) => (
                      <Rack key={rack.place?.id ?? ''} rack={rack} numbers={numbers} />
                    ))}
                  </div>
                </div>
              ))}
            </section>
          ))}
        </div>
      </div>
      <div ref={tip} className="map-tip" hidden>
        <span className="map-tip-name" />
        <span className="map-tip-value" />
      </div>
    </>
  );
}

function Rack({ rack, numbers }: { readonly rack: MapRack; readonly numbers: ReadonlyMap<string, number> }): ReactNode {
  return (
    <section className="map-rack" aria-label={rack.place?.name}>
      {rack.place ? (
        <h4 className="map-head">
          {rack.place.name} <span className="map-sum" data-group={rack.place.id} />
        </h4>
      ) : null}
      {rack.nodes.map((node) => (
        <div key={node.place.id} className="map-node" data-node={node.place.id}>
          <a className="map-node-name" href={toDevice(node.place.id)} data-walk={node.place.id} tabIndex={-1}>
            <span>{node.place.name}</span> <span className="map-sum" data-group={node.place.id} />
          </a>
          <div className="map-tiles">
            {node.tiles.map((tile) => (
              <a
                key={tile.device}
                className="map-tile"
                href={toDevice(tile.device)}
                data-walk={tile.device}
                data-tile={numbers.get(tile.device)}
                data-device={tile.device}
                tabIndex={-1}
              />
            ))}
          </div>
        </div>
      ))}
    </section>
  );
}

/** `gpu3` of `node/x/gpu3`. */
function shortName(device: string): string {
  return device.startsWith('node/') ? device.split('/').slice(2).join('/') : device;
}

/** The tiles below each node, rack and hall. */
function tileGroups(halls: readonly MapHall[], numbers: ReadonlyMap<string, number>): Map<string, readonly number[]> {
  const groups = new Map<string, readonly number[]>();
  const members = (nodes: readonly MapNode[]): number[] =>
    nodes.flatMap((node) => node.tiles.map(({ device }) => numbers.get(device) ?? -1));
  for (const hall of halls) {
    groups.set(hall.place.id, members(nodesOf([hall])));
    for (const rack of hall.rows.flatMap((row) => row.racks)) if (rack.place) groups.set(rack.place.id, members(rack.nodes));
  }
  for (const node of nodesOf(halls)) groups.set(node.place.id, members([node]));
  return groups;
}
