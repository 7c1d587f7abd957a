import { useEffect, useMemo, useRef, type CSSProperties, type ReactNode } from 'react';
import { toDevice } from '../../app/paths';
import type { MapMetric, MapScale } from '../../data/map-metric';
import { mapLines, type MapHall, type MapNode, type MapRack } from '../../data/room-map';
import type { SiblingGroup } from '../../data/siblings';
import { useTexts } from '../../i18n/use-texts';
import { useLink } from '../../rpc/context';
import { useReadable } from '../../rpc/hooks';
import { MapPainter } from './map-painter';
import { walkable } from './map-walk';
import { mapWords } from './map-words';
import type { Picking } from './picking';
import { remembered } from './remembered';
import { nodesOf, type MapTiles } from './use-map-tiles';
import { usePicks } from './use-picks';

interface MapBodyProps {
  readonly halls: readonly MapHall[];
  readonly map: MapTiles;
  readonly metric: MapMetric;
  /** What each tile is compared with; null where tiles are coloured by their values. */
  readonly siblings: readonly (SiblingGroup | null)[] | null;
  readonly picking: Picking;
  readonly onScale: (scale: MapScale) => void;
}

/** The tiles where they stand in the room. */
export function MapBody({ halls, map, metric, siblings, picking, onScale }: MapBodyProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const online = useReadable(useLink().state).kind === 'online';
  const root = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const { devices, tiles, limitIds, live, nowMs } = map;
  const numbers = useMemo(() => new Map(devices.map((device, i) => [device.device, i])), [devices]);
  const groups = useMemo(() => tileGroups(halls, numbers), [halls, numbers]);
  const words = useMemo(() => mapWords(texts, metric), [texts, metric]);

  useEffect(() => {
    if (!root.current || !tip.current || !live) return;
    const painter = new MapPainter({
      root: root.current,
      tip: tip.current,
      metric,
      tiles,
      groups,
      siblings,
      limitIds,
      live,
      nowMs,
      words,
      onScale,
    });
    return () => painter.dispose();
  }, [live, metric, tiles, groups, siblings, limitIds, nowMs, words, onScale]);

  useEffect(() => {
    if (!root.current) return;
    const walk = walkable(root.current, remembered.focus, (id) => (remembered.focus = id));
    return () => walk.dispose();
  }, [halls]);
  usePicks(root, picking);

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
