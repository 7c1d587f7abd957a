import { useCallback, useMemo } from 'react';
import type { DeviceTree, TreeDevice } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';
import { LiveValues } from '../../data/live-values';
import { readTile, SeriesIndex, type TileSeries } from '../../data/map-metric';
import { deviations, MIN_SIBLINGS, type Deviation, type SiblingGroup } from '../../data/siblings';
import { useServices } from '../../rpc/context';
import { useDisposable } from '../../rpc/hooks';
import { useSiblings } from '../../rpc/use-siblings';

const compared = ['load', 'power', 'temperature', 'memory'] as const;
type ComparedMetric = (typeof compared)[number];

export interface OwnDeviation {
  readonly metric: ComparedMetric;
  readonly deviation: Deviation;
}

/** A device beside those of its model. */
export interface Comparison {
  readonly group: SiblingGroup;
  /** By the id of the device's own series; none of what is missing, old, or has too few siblings. */
  readonly read: () => ReadonlyMap<number, OwnDeviation>;
}

interface Parts {
  readonly metric: ComparedMetric;
  readonly own: number;
  /** Of each member of the group. */
  readonly tiles: readonly (TileSeries | null)[];
}

/** What the device is compared with, as the hall compares its tiles; null where it has too few siblings. */
export function useComparison(tree: DeviceTree, device: TreeDevice | null, series: readonly Series[]): Comparison | null {
  const { client, telemetry } = useServices();
  const alike = useMemo(
    () => (device === null ? [] : tree.devices.filter(({ kind, label }) => kind === device.kind && label === device.label)),
    [tree, device],
  );
  const groups = useSiblings(tree, alike, alike.length < MIN_SIBLINGS ? null : 'auto');
  const group = groups?.[alike.findIndex((entry) => entry.device === device?.device)] ?? null;
  const parts = useMemo((): readonly Parts[] => {
    if (group === null || device === null) return [];
    const index = new SeriesIndex(series);
    return compared.flatMap((metric): Parts[] => {
      const own = index.tile(device, metric);
      if (own === null) return [];
      return [{ metric, own: own.id, tiles: group.members.map((i) => (alike[i] ? index.tile(alike[i], metric) : null)) }];
    });
  }, [series, device, alike, group]);
  const wanted = parts
    .flatMap(({ tiles }) => tiles.flatMap((tile) => (tile ? [tile.id, ...(tile.ofId === null ? [] : [tile.ofId])] : [])))
    .join();
  const make = useCallback(
    () => new LiveValues(client, wanted === '' ? [] : wanted.split(',').map(Number), () => telemetry.nowMs ?? Date.now()),
    [client, telemetry, wanted],
  );
  const live = useDisposable(make);
  return useMemo(
    () => (group === null || live === null ? null : { group, read: () => readAll(parts, group, live, telemetry.nowMs ?? 0) }),
    [parts, group, live, telemetry],
  );
}

function readAll(parts: readonly Parts[], group: SiblingGroup, live: LiveValues, clockMs: number): ReadonlyMap<number, OwnDeviation> {
  const nowMs = Math.max(clockMs, live.nowMs ?? 0);
  const among = { ...group, members: group.members.map((_, i) => i) };
  const result = new Map<number, OwnDeviation>();
  for (const { metric, own, tiles } of parts) {
    const values = tiles.map((tile) => {
      const reading = readTile(metric, tile, (id) => live.get(id), nowMs);
      return reading.kind === 'value' ? reading.value : null;
    });
    const found = deviations(
      metric,
      values,
      values.map(() => among),
    )[tiles.findIndex((tile) => tile?.id === own)];
    if (found) result.set(own, { metric, deviation: found });
  }
  return result;
}
