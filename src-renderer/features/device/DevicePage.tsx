import { useCallback, useEffect, useMemo, type ReactNode } from 'react';
import { deviceOn, type DeviceTree, type TreeDevice } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';
import { toDevice, toPage } from '../../app/paths';
import { go } from '../../app/router';
import { DeviceAxis } from '../../data/device-axis';
import { throttleSources } from '../../data/throttle-history';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable, useValue } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { Skeleton } from '../../ui/Skeleton';
import { DeviceCharts } from './DeviceCharts';
import { useComparison } from './deviations';
import { DeviceHead } from './DeviceHead';
import { Events } from './Events';
import { Figures } from './Figures';
import { Identity } from './Identity';
import { Metering } from './Metering';
import { NodeDevices } from './NodeDevices';
import { Processes } from './Processes';
import { Throttle } from './Throttle';
import './device.css';

/** One device, or one node with its devices: what it is, its figures now, and all its series over time. */
export function DevicePage({ device }: { readonly device: string }): ReactNode {
  const { t } = useTexts();
  const services = useServices();
  const tree = useReadable(services.tree);
  const series = useReadable(services.series);
  if (tree.state === 'failed') return <ErrorNote error={tree.error} onRetry={tree.resume} />;
  if (series.state === 'failed') return <ErrorNote error={series.error} onRetry={series.resume} />;
  if (tree.state === 'loading' || series.state === 'loading') return <Skeleton lines={12} />;
  const place = tree.value.places.find(({ id, kind }) => id === device && kind === 'node');
  // This machine's node is `local`; its own series hang on `host`.
  const seriesDevice = place ? deviceOn(place.id, 'host') : device;
  const record = tree.value.devices.find((entry) => entry.device === seriesDevice);
  if (!place && !record) {
    return (
      <EmptyState page icon="room" title={t('device.unknown.title')} action={<a href={toPage('room')}>{t('device.unknown.step')}</a>}>
        <code>{device}</code>
      </EmptyState>
    );
  }
  return (
    <Device
      key={seriesDevice}
      tree={tree.value}
      device={record ?? null}
      seriesDevice={seriesDevice}
      node={place?.id ?? null}
      series={series.value}
    />
  );
}

interface DeviceProps {
  readonly tree: DeviceTree;
  /** Null for a node of which nothing was recorded yet. */
  readonly device: TreeDevice | null;
  readonly seriesDevice: string;
  /** Set when a node's own page is shown. */
  readonly node: string | null;
  readonly series: readonly Series[];
}

function Device({ tree, device, seriesDevice, node, series }: DeviceProps): ReactNode {
  const { client, devices, telemetry } = useServices();
  const record = useValue(devices)?.find((entry) => entry.device === seriesDevice) ?? null;
  const own = useMemo(() => series.filter((entry) => entry.device === seriesDevice), [series, seriesDevice]);
  const make = useCallback(() => new DeviceAxis(client, () => telemetry.nowMs ?? Date.now()), [client, telemetry]);
  const axis = useDisposable(make);
  useEffect(() => axis?.show(own.map(({ id }) => id)), [axis, own]);
  const gpu = device?.kind === 'gpu';
  const throttle = useMemo(() => throttleSources(own), [own]);
  const comparison = useComparison(tree, device, series);
  const up = node === null && device?.node ? toDevice(device.node) : toPage('room');
  useUpOnEscape(up);
  return (
    <div className={`device${node === null ? '' : ' device-of-node'}`} data-testid="device" data-device={seriesDevice}>
      <DeviceHead tree={tree} device={seriesDevice} label={device?.label ?? ''} node={node} record={record} up={up} />
      <div className="device-body">
        <aside className="device-side">
          {node === null ? null : <NodeDevices tree={tree} node={node} series={series} />}
          {axis ? <Figures axis={axis} series={own} comparison={comparison} /> : null}
          {gpu ? <Processes device={seriesDevice} /> : null}
          <Events device={seriesDevice} />
          {record ? <Identity record={record} /> : null}
          {gpu ? <Metering device={seriesDevice} /> : null}
        </aside>
        <div className="device-main">
          {axis ? <DeviceCharts axis={axis} series={own} /> : null}
          {axis && (throttle.masks ?? throttle.any) !== null ? <Throttle axis={axis} sources={throttle} /> : null}
        </div>
      </div>
    </div>
  );
}

/** Escape goes up one level, unless something nearer made use of it. */
function useUpOnEscape(up: string): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const taken =
        event.defaultPrevented ||
        (event.target instanceof Element &&
          event.target.closest('input, textarea, dialog, [role="combobox"], [role="listbox"], [role="menu"]') !== null);
      if (event.key === 'Escape' && !taken) go(up);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [up]);
}
