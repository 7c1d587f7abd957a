import { useCallback, useEffect, useMemo } from 'react';
import { HOST_DEVICE, LOCAL_NODE } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';
import { DeviceAxis } from '../../data/device-axis';
import { valueOf } from '../../data/loadable';
import type { RunCurves } from '../../data/run-curves';
import { RunRoom } from '../../data/run-room';
import { useServices } from '../../rpc/context';
import { useAnswer, useDisposable, useValue } from '../../rpc/hooks';
import { roomSeries } from './run-room-panes';

interface RunsRoom {
  readonly room: RunRoom | null;
  readonly series: readonly Series[];
}

/** The power, temperature and load of what a run uses: this machine as a whole, its processors, and each GPU it was booked energy of. */
export function useRunRoom(runId: string, curves: RunCurves): RunsRoom {
  const { client, telemetry, tree } = useServices();
  const booked = valueOf(useAnswer('runs.devices', { runId }, 'energy.changed').answer)?.devices;
  const all = useValue(tree)?.devices;
  const devices = useMemo(() => {
    const processors = (all ?? []).filter(({ kind, node }) => kind === 'cpu' && node === LOCAL_NODE).map(({ device }) => device);
    return [...new Set([HOST_DEVICE, ...processors, ...(booked ?? [])])].sort().join('\n');
  }, [all, booked]);
  const found = valueOf(useAnswer('series.find', { devices: devices.split('\n') }, 'energy.changed').answer)?.series;
  const series = useMemo(() => roomSeries(found ?? []), [found]);
  const axis = useDisposable(useCallback(() => new DeviceAxis(client, () => telemetry.nowMs ?? Date.now()), [client, telemetry]));
  useEffect(() => axis?.show(series.map(({ id }) => id)), [axis, series]);
  const make = useCallback(() => (axis === null ? NOTHING : new RunRoom(curves, axis)), [axis, curves]);
  const room = useDisposable(make);
  return { room: room instanceof RunRoom ? room : null, series };
}

const NOTHING = { dispose: (): void => undefined };
