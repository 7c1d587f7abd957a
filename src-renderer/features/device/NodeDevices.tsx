import { useCallback, useMemo, type ReactNode } from 'react';
import { ownId, type DeviceTree } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';
import { toDevice } from '../../app/paths';
import { LiveValues } from '../../data/live-values';
import { mapMetrics, readTile, SeriesIndex, throttleLevels, type MapMetric, type TileReading } from '../../data/map-metric';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useValue } from '../../rpc/hooks';
import { useChanges } from '../../rpc/use-changes';

interface NodeDevicesProps {
  readonly tree: DeviceTree;
  readonly node: string;
  readonly series: readonly Series[];
}

const units: Readonly<Record<MapMetric, string>> = { load: '%', power: 'W', temperature: '°C', memory: '%', throttle: '' };

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
  const others = own.filter(({ kind }) => kind !== 'gpu');
  return (
    <>
      <section className="facts" aria-label={t('device.gpus')}>
        <h2>{t('device.gpus')}</h2>
        {rows.length === 0 ? <p className="facts-empty">{t('device.gpus.none')}</p> : null}
        {rows.length > 0 && live ? <GpuTable rows={rows} live={live} /> : null}
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

function GpuTable({ rows, live }: GpuTableProps): ReactNode {
  const { t, format } = useTexts();
  const { devices, telemetry } = useServices();
  const records = useValue(devices) ?? [];
  useChanges(live);
  const nowMs = Math.max(live.nowMs ?? 0, telemetry.nowMs ?? 0);
  const text = (metric: MapMetric, reading: TileReading): string => {
    if (!('value' in reading)) return format.number(null, 0);
    return metric === 'throttle' ? t(`map.throttle.${throttleLevels[reading.value] ?? 'none'}`) : format.number(reading.value, 0);
  };
  return (
    <table className="table gpu-table" data-testid="node-gpus">
      <thead>
        <tr>
          <th scope="col">{t('device.gpu')}</th>
          {mapMetrics.map((metric) => (
            <th key={metric} scope="col" className="num">
              {t(`map.metric.${metric}`)}
              {units[metric] === '' ? null : <span className="quantity-unit">{units[metric]}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ device, tiles }) => {
          const state = records.find((record) => record.device === device.device)?.state ?? 'present';
          return (
            <tr key={device.device}>
              <th scope="row" title={device.label}>
                <a href={toDevice(device.device)}>{ownId(device.device)}</a>
                {state === 'present' || state === 'unheard' ? null : (
                  <span className={`device-state device-state-${state}`}>{t(`device.short.${state}`)}</span>
                )}
              </th>
              {mapMetrics.map((metric, i) => {
                const reading = readTile(metric, tiles[i] ?? null, (id) => live.get(id), nowMs);
                return (
                  <td key={metric} className="num" data-state={reading.kind}>
                    {text(metric, reading)}
                  </td>
                );
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
