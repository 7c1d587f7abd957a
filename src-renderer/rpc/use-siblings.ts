import { useEffect, useMemo, useState } from 'react';
import type { DeviceTree, TreeDevice } from '@shared/model/device-tree';
import { runsByDevice, siblingGroups, type SiblingGroup, type SiblingScope } from '../data/siblings';
import { useServices } from './context';

const NO_RUNS: ReadonlyMap<string, string> = new Map();

const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([device, run]) => b.get(device) === run);

/** What each device is compared with; null while nothing is. */
export function useSiblings(
  tree: DeviceTree,
  devices: readonly TreeDevice[],
  scope: SiblingScope | null,
): readonly (SiblingGroup | null)[] | null {
  const { client } = useServices();
  const [runs, setRuns] = useState(NO_RUNS);
  useEffect(() => {
    if (scope !== 'auto') return;
    const listening = client.subscribe(
      'energy.flow',
      {},
      {
        onFrame: (flow) => {
          const next = runsByDevice(flow);
          setRuns((before) => (isSame(before, next) ? before : next));
        },
      },
    );
    return () => listening.dispose();
  }, [client, scope]);
  return useMemo(() => (scope === null ? null : siblingGroups(devices, tree, runs, scope)), [devices, tree, runs, scope]);
}
