import { useCallback, useMemo, type ReactNode } from 'react';
import type { DeviceRecord } from '@shared/model/device-record';
import { toShown } from '@shared/model/display-unit';
import { LOCAL_NODE, ownId, type DeviceTree } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';
import { toDevice, toHistory, toProcesses } from '../../app/paths';
import { lastHour, openedIn } from '../../data/history-link';
import { LiveValues } from '../../data/live-values';
import { mapMetrics, mapUnits, readTile, SeriesIndex, throttleLevels, type TileReading } from '../../data/map-metric';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useValue } from '../../rpc/hooks';
import { useChanges } from '../../rpc/use-changes';
import { Stopped } from '../../ui/StreamNote';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';

interface NodeDevicesProps {
  readonly tree: DeviceTree;
  readonly node: string;
  readonly series: readonly Series[];
}

/** The node's GPUs with their figures, and its other devices by name; each leads to its page. */
export function NodeDevices({ tree, node, series }: NodeDevicesProps): ReactNode {
  const { t, format } = useTexts();
  const { client, telemetry } = useServices();
  const own = useMemo(
    () =>
      tree.devices
        .filter((device) => device.node === node && device.kind !== 'host' && device.kind !== 'core')
        .sort((a, b) => format.compare(a.device, b.device)),
    [format, tree, node],
  );
  const rows = useMemo(() => {
    const index = new SeriesIndex(series);
    return own
      .filter(({ kind }) => kind === 'gpu')
      .map((device) => ({ device, tiles: mapMetrics.map((metric) => index.tile(device, metric)) }));
  }, [own, series]);
  const ids = rows
    .flatMap(({ tiles }) => tiles.flatMap((tile) => (tile ? [tile.id, ...(tile.ofId === null ? [] : [tile.ofId])] : [])))
    .join();
  const make = useCallback(
    () => new LiveValues(client, ids === '' ? [] : ids.split(',').map(Number), () => telemetry.nowMs ?? Date.now()),
    [client, telemetry, ids],
  );
  const live = useDisposable(make);
  const tileIds = new Set(rows.flatMap(({ tiles }) => tiles.flatMap((tile) => (tile ? [tile.id] : []))));
  const shown = series.filter(({ id }) => tileIds.has(id));
  const others = own.filter(({ kind }) => kind !== 'gpu');
  return (
    <>
      <section className="facts" aria-label={t('device.gpus')}>
        <h2>{t('device.gpus')}</h2>
        {live ? <Stopped of={live} /> : null}
        {rows.length === 0 ? <p className="facts-empty">{t('device.gpus.none')}</p> : null}
        {rows.length > 0 && live ? <GpuTable rows={rows} live={live} /> : null}
        <p className="facts-note facts-links">
          {shown.length === 0 ? null : (
            <a href={toHistory(openedIn(lastHour, shown))} data-testid="node-gpus-history">
              {t('history.open')}
            </a>
          )}
          {node === LOCAL_NODE ? <a href={toProcesses()}>{t('processes.all')}</a> : null}
        </p>
      </section>
      {others.length > 0 ? (
        <section className="facts" aria-label={t('device.others')}>
          <h2>{t('device.others')}</h2>
          <ul className="device-links">
            {others.map(({ device, label }) => (
              <li key={device}>
                <a href={toDevice(device)}>{ownId(device)}</a> <span title={label}>{label}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

interface GpuTableProps {
  readonly rows: readonly {
    readonly device: { readonly device: string; readonly label: string };
    readonly tiles: readonly ReturnType<SeriesIndex['tile']>[];
  }[];
  readonly live: LiveValues;
}

interface GpuRow {
  readonly device: string;
  readonly label: string;
  readonly state: DeviceRecord['state'];
  readonly readings: readonly TileReading[];
}

const idOf = ({ device }: GpuRow): string => device;

function GpuTable({ rows, live }: GpuTableProps): ReactNode {
  const texts = useTexts();
  const { devices, telemetry } = useServices();
  const records = useValue(devices) ?? [];
  useChanges(live);
  const nowMs = Math.max(live.nowMs ?? 0, telemetry.nowMs ?? 0);
  const columns = useMemo(() => gpuColumns(texts), [texts]);
  const lines = rows.map(({ device: { device, label }, tiles }): GpuRow => ({
    device,
    label,
    state: records.find((record) => record.device === device)?.state ?? 'present',
    readings: mapMetrics.map((metric, i) => readTile(metric, tiles[i] ?? null, (id) => live.get(id), nowMs)),
  }));
  return (
    <DataTable
      id="node-gpus"
      label={texts.t('device.gpus')}
      tools="none"
      isDense
      columns={columns}
      rows={lines}
      rowId={idOf}
      className="gpu-table"
      testId="node-gpus"
    />
  );
}

function gpuColumns({ t, format }: Texts): DataColumn<GpuRow>[] {
  const valueAt = (i: number, { readings }: GpuRow): number | null => {
    const reading = readings[i];
    return reading && 'value' in reading ? reading.value : null;
  };
  return [
    {
      id: 'gpu',
      name: t('device.gpu'),
      role: 'head',
      value: ({ device }) => ownId(device),
      title: ({ label }) => label,
      cell: ({ device, state }) => (
        <>
          <a href={toDevice(device)}>{ownId(device)}</a>
          {state === 'present' || state === 'unheard' ? null : (
            <span className={`device-state device-state-${state}`}>{t(`device.short.${state}`)}</span>
          )}
        </>
      ),
    },
    ...mapMetrics.map((metric, i): DataColumn<GpuRow> => ({
      id: metric,
      name: t(`map.metric.${metric}`),
      unit: format.shownUnit(mapUnits[metric]).unit,
      valueUnit: mapUnits[metric],
      isNumber: true,
      value: (row) => valueAt(i, row),
      text: (row) => {
        const value = valueAt(i, row);
        return metric === 'throttle' && value !== null
          ? t(`map.throttle.${throttleLevels[value] ?? 'none'}`)
          : format.number(value === null ? null : toShown(value, format.shownUnit(mapUnits[metric])), 0);
      },
      cellProps: ({ readings }) => ({ 'data-state': readings[i]?.kind }),
    })),
  ];
}
