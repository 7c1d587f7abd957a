import { useCallback, useMemo, type ReactNode } from 'react';
import type { Series } from '@shared/model/series';
import { toHistory } from '../../app/paths';
import { LiveWindow } from '../../charts/time/LiveWindow';
import { TimeChart } from '../../charts/time/TimeChart';
import type { PaneSpec } from '../../charts/time/types';
import type { DeviceAxis } from '../../data/device-axis';
import { heldWindow, openedIn } from '../../data/history-link';
import type { AxisGesture } from '../../data/time-window';
import { useTexts } from '../../i18n/use-texts';
import { useReadable } from '../../rpc/hooks';
import { IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { devicePanes } from './panes';

/** Every series of the device over one time axis, one pane a unit. */
export function DeviceCharts({ axis, series }: { readonly axis: DeviceAxis; readonly series: readonly Series[] }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const window = useReadable(axis.window);
  const panes = useMemo(() => devicePanes(texts, series), [texts, series]);
  const onGesture = useCallback((gesture: AxisGesture) => axis.apply(gesture), [axis]);
  const paneInHistory = useCallback(
    ({ tracks }: PaneSpec) =>
      toHistory(
        openedIn(
          heldWindow(axis.span),
          series.filter(({ id }) => tracks.some((track) => track.id === String(id))),
        ),
      ),
    [axis, series],
  );
  const reset = (): void => onGesture({ kind: 'reset' });
  if (panes.length === 0) return <p className="facts-empty">{t('device.charts.none')}</p>;
  return (
    <>
      <div className="toolbar device-toolbar">
        <LiveWindow source={axis} window={window} onFollow={(spanMs) => axis.follow(spanMs)} onReturn={reset} />
        <span className="toolbar-end">
          <span className="toolbar-hint">{t('room.axis.hint')}</span>
          <a className="button button-plain" href={toHistory(openedIn(window, series))} data-testid="open-history">
            <Icon name="history" />
            <span>{t('history.open')}</span>
          </a>
          <IconButton icon="reset" label={t('ui.zoomReset')} onClick={reset} disabled={window.mode === 'live'} />
        </span>
      </div>
      <div className="device-chart" style={{ minHeight: panes.length * 84 }}>
        <TimeChart
          label={t('device.charts.label')}
          panes={panes}
          source={axis}
          onGesture={onGesture}
          inHistory={paneInHistory}
          renderEmpty={() => t('history.noData')}
        />
      </div>
    </>
  );
}
