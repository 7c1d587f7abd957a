import { useCallback, useEffect, useMemo, type ReactNode } from 'react';
import type { DeviceTree } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';
import { toHistory } from '../../app/paths';
import { LiveWindow } from '../../charts/time/LiveWindow';
import { TimeChart } from '../../charts/time/TimeChart';
import { DeviceAxis } from '../../data/device-axis';
import { openedIn } from '../../data/history-link';
import type { AxisGesture } from '../../data/time-window';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { comparedMetrics, comparePanes, type ComparedMetric } from './compare-panes';
import { CompareFigures } from './CompareFigures';
import styles from './ComparePanel.module.css';
import { tileName } from './use-map-tiles';

interface ComparePanelProps {
  readonly tree: DeviceTree;
  readonly series: readonly Series[];
  readonly devices: readonly string[];
  readonly lead: ReactNode;
  readonly onClose: () => void;
}

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
          <CompareFigures axis={axis} devices={devices} names={names} metrics={metrics} />
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
