import { useCallback, useMemo } from 'react';
import { pathOf, type DeviceTree, type TreeDevice } from '@shared/model/device-tree';
import { LiveValues } from '../../data/live-values';
import type { MapMetric, SeriesIndex } from '../../data/map-metric';
import type { MapHall, MapNode } from '../../data/room-map';
import { useServices } from '../../rpc/context';
import { useDisposable } from '../../rpc/hooks';
import type { MapTile } from './map-painter';

export const nodesOf = (halls: readonly MapHall[]): MapNode[] =>
  halls.flatMap((hall) => hall.rows.flatMap((row) => row.racks.flatMap((rack) => rack.nodes)));

export interface MapTiles {
  readonly devices: readonly TreeDevice[];
  /** In the order of the devices. */
  readonly tiles: readonly MapTile[];
  /** Series of power limits. */
  readonly limitIds: readonly number[];
  /** Null until the first query is under way. */
  readonly live: LiveValues | null;
  /** The core's clock, ms. */
  readonly nowMs: () => number;
}

/** The tiles of the map, what they are called, and the newest values of the series they show. */
export function useMapTiles(tree: DeviceTree, halls: readonly MapHall[], index: SeriesIndex, metric: MapMetric): MapTiles {
  const services = useServices();
  const devices = useMemo(() => nodesOf(halls).flatMap((node) => node.tiles), [halls]);
  const nowMs = useCallback(() => services.telemetry.nowMs ?? Date.now(), [services]);
  const tiles = useMemo<MapTile[]>(
    () => devices.map((device) => ({ name: tileName(tree, device), series: index.tile(device, metric) })),
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
  return useMemo(() => ({ devices, tiles, limitIds, live, nowMs }), [devices, tiles, limitIds, live, nowMs]);
}

/** A device as one finds it in the room: A1 · node-03 · gpu0 · its model. */
export function tileName(tree: DeviceTree, device: TreeDevice): string {
  return [
    ...pathOf(tree.places, device.device)
      .slice(-2)
      .map(({ name }) => name),
    ...(device.kind === 'host' ? [] : [shortName(device.device), device.label]),
  ].join(' · ');
}

/** `gpu3` of `node/x/gpu3`. */
export function shortName(device: string): string {
  return device.startsWith('node/') ? device.split('/').slice(2).join('/') : device;
}
