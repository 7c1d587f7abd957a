import { useCallback, useEffect, useMemo, type ReactNode } from 'react';
import type { DeviceTree } from '@shared/model/device-tree';
import { metricOf } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import { toDevice, toHistory } from '../../app/paths';
import { LiveWindow } from '../../charts/time/LiveWindow';
import { TimeChart } from '../../charts/time/TimeChart';
import { DeviceAxis } from '../../data/device-axis';
import { openedIn } from '../../data/history-link';
import { STALE_MS } from '../../data/map-metric';
import type { AxisGesture } from '../../data/time-window';
import { metricName, useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable } from '../../rpc/hooks';
import { useChanges } from '../../rpc/use-changes';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { comparedMetrics, comparePanes, type ComparedMetric } from './compare-panes';
import styles from './ComparePanel.module.css';
import { tileName } from './use-map-tiles';

interface ComparePanelProps {
  readonly tree: DeviceTree;
  readonly series: readonly Series[];
  readonly devices: readonly string[];
  readonly lead: ReactNode;
  readonly onClose: () => void;
}

/** More lines than this are chosen in History itself. */

/** Two devices side by side: their figures with the difference, and their lines on one axis. */
export function ComparePanel({ tree, series, devices, lead, onClose }: ComparePanelProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { client, telemetry } = useServices();
  const make = useCallback(() => new DeviceAxis(client, () => telemetry.nowMs ?? Date.now()), [client, telemetry]);
  const axis = useDisposable(make);
  const names = useMemo(
    () =>
      devices.map((device) => {
        const entry = tree.devices.find((candidate) => candidate.device === device);
        return entry ? tileName(tree, entry).split(' · ').slice(0, 3).join(' · ') : device;
      }),
    [tree, devices],
  );
  const metrics = useMemo(() => comparedMetrics(series, devices), [series, devices]);
  const panes = useMemo(() => comparePanes(texts, metrics, names), [texts, metrics, names]);
  useEffect(() => axis?.show(metrics.flatMap((metric) => metric.series.flatMap((entry) => entry?.id ?? []))), [axis, metrics]);
  const onGesture = useCallback((gesture: AxisGesture) => axis?.apply(gesture), [axis]);
  return (
    <>
      <div className="toolbar">
        {lead}
        <Button icon="back" autoFocus onClick={onClose} data-testid="compare-close">
          {t('map.compare.back')}
        </Button>
        {axis ? <CompareWindow axis={axis} metrics={metrics} panes={panes.map(({ id }) => id)} /> : null}
      </div>
      {axis ? (
        <div className={styles['compare']} data-testid="compare-devices">
          <Table texts={texts} axis={axis} devices={devices} names={names} metrics={metrics} />
          <div className={styles['charts']} style={{ minHeight: panes.length * 84 }}>
            <TimeChart
              label={t('map.compare.charts')}
              panes={panes}
              source={axis}
              onGesture={onGesture}
              renderEmpty={() => t('history.noData')}
            />
          </div>
        </div>
      ) : null}
    </>
  );
}

interface CompareWindowProps {
  readonly axis: DeviceAxis;
  readonly metrics: readonly ComparedMetric[];
  /** Metrics that are drawn. */
  readonly panes: readonly string[];
}

function CompareWindow({ axis, metrics, panes }: CompareWindowProps): ReactNode {
  const { t } = useTexts();
  const window = useReadable(axis.window);
  const shown = metrics.filter(({ metric }) => panes.includes(metric)).flatMap(({ series }) => series.flatMap((entry) => entry ?? []));
  const inHistory = toHistory(openedIn(window, shown));
  return (
    <>
      <LiveWindow source={axis} window={window} onFollow={(spanMs) => axis.follow(spanMs)} onReturn={() => axis.apply({ kind: 'reset' })} />
      <span className="toolbar-end">
        <a className="button button-plain" href={inHistory} data-testid="compare-history">
          <Icon name="history" />
          <span>{t('map.compare.history')}</span>
        </a>
      </span>
    </>
  );
}

interface TableProps {
  readonly texts: Texts;
  readonly axis: DeviceAxis;
  readonly devices: readonly string[];
  readonly names: readonly string[];
  readonly metrics: readonly ComparedMetric[];
}

const VALUES_MS = 1_000;

function Table({ texts, axis, devices, names, metrics }: TableProps): ReactNode {
  const { t, format } = texts;
  useChanges(axis, VALUES_MS);
  return (
    <div className={styles['values']}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('map.compare.metric')}</th>
            {devices.map((device, i) => (
              <th key={device} scope="col" className="num">
                <span className={`swatch swatch-${i + 1} swatch-line${i > 0 ? ' swatch-dashed' : ''}`} aria-hidden />{' '}
                <a href={toDevice(device)}>{names[i]}</a>
              </th>
            ))}
            <th scope="col" className="num">
              {t('map.compare.difference')}
            </th>
          </tr>
        </thead>
        <tbody>
          {metrics.map(({ metric, definition, series }) => {
            const { unit, digits } = metricOf(definition);
            const values = series.map((entry) => {
              const latest = entry && axis.latest(entry.id);
              return latest && axis.nowMs - latest.atMs <= STALE_MS ? latest.value : null;
            });
            const [first = null, second = null] = values;
            const by = first === null || second === null ? null : second - first;
            const figure = (value: number | null): string => format.withUnit(format.quantity(value, unit, digits));
            return (
              <tr key={metric} data-metric={metric}>
                <th scope="row">{metricName(t, definition)}</th>
                {values.map((value, i) => (
                  <td key={devices[i]} className="num">
                    {figure(value)}
                  </td>
                ))}
                <td className="num">{`${by !== null && by > 0 ? '+' : ''}${format.withUnit(format.difference(by, unit, digits))}`}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
