import { useCallback, useMemo, type ReactNode } from 'react';
import type { Settings } from '@shared/model/settings';
import { toHistory, toPage } from '../../app/paths';
import { LiveWindow } from '../../charts/time/LiveWindow';
import { TimeChart } from '../../charts/time/TimeChart';
import type { PaneSpec } from '../../charts/time/types';
import { heldWindow, openedIn } from '../../data/history-link';
import { valueOf } from '../../data/loadable';
import { RoomAxis, type PaneId } from '../../data/room-axis';
import { spanOf, type AxisGesture } from '../../data/time-window';
import { recipeName } from '../../i18n/run-names';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable, useValue } from '../../rpc/hooks';
import { IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { axisPanes } from './axis-panes';

const excluded = (settings: Settings | null): readonly string[] => settings?.power.excludedDevices ?? [];

/** The one time axis with its controls; `lead` stands before them. */
export function AxisPanel({ lead }: { readonly lead: ReactNode }): ReactNode {
  const services = useServices();
  const { t } = useTexts();
  const make = useCallback(
    () =>
      new RoomAxis({
        client: services.client,
        telemetry: services.telemetry,
        series: services.series,
        runs: services.runs,
        excludedDevices: () => excluded(valueOf(services.settings.get())),
        labelRun: (run) => t('room.axis.run', { recipe: recipeName(t, run.recipe, 'short'), id: run.id.slice(0, 8) }),
      }),
    [services, t],
  );
  const axis = useDisposable(make);
  return (
    <section className="axis" aria-label={t('room.axis.label')}>
      {axis ? <AxisView axis={axis} lead={lead} /> : null}
    </section>
  );
}

function AxisView({ axis, lead }: { readonly axis: RoomAxis; readonly lead: ReactNode }): ReactNode {
  const services = useServices();
  const texts = useTexts();
  const { t } = texts;
  const window = useReadable(axis.window);
  const series = useValue(services.series);
  const out = excluded(useValue(services.settings)).join();
  const panes = useMemo(
    () =>
      axisPanes(
        texts,
        (series ?? []).filter(({ device, metric }) => metric !== 'gpu.power' || !out.split(',').includes(device)),
      ),
    [texts, series, out],
  );
  const onGesture = useCallback((gesture: AxisGesture) => axis.apply(gesture), [axis]);
  const paneInHistory = useCallback(
    ({ tracks }: PaneSpec): string | null => {
      const shown = tracks.flatMap(({ id }) => axis.seriesOf(id));
      return shown.length === 0 ? null : toHistory(openedIn(heldWindow(spanOf(axis.window.get(), axis.nowMs)), shown));
    },
    [axis],
  );
  const all = panes.flatMap(({ tracks }) => tracks.flatMap(({ id }) => axis.seriesOf(id)));
  const zoom = (factor: number): void => {
    const { fromMs, toMs } = spanOf(axis.window.get(), axis.nowMs);
    onGesture({ kind: 'zoom', at: (fromMs + toMs) / 2, factor });
  };
  const reset = (): void => onGesture({ kind: 'reset' });

  return (
    <>
      <div className="toolbar">
        <h2 className="visually-hidden">{t('room.axis.title')}</h2>
        {lead}
        <LiveWindow source={axis} window={window} onFollow={(spanMs) => axis.follow(spanMs)} onReturn={reset} />
        <span className="toolbar-end">
          <span className="toolbar-hint">{t('room.axis.hint')}</span>
          <a className="button button-plain" href={toHistory(openedIn(window, all))} data-testid="axis-history">
            <Icon name="history" />
            <span>{t('history.open')}</span>
          </a>
          <IconButton icon="plus" label={t('ui.zoomIn')} onClick={() => zoom(0.5)} />
          <IconButton icon="minus" label={t('ui.zoomOut')} onClick={() => zoom(2)} />
          <IconButton icon="reset" label={t('ui.zoomReset')} onClick={reset} disabled={window.mode === 'live'} />
        </span>
      </div>
      <div className="axis-chart">
        <TimeChart
          label={t('room.axis.label')}
          panes={panes}
          source={axis}
          onGesture={onGesture}
          inHistory={paneInHistory}
          spanHint={t('room.axis.zoomToRun')}
          renderEmpty={(pane) => <EmptyPane pane={pane as PaneId} />}
        />
      </div>
    </>
  );
}

/** Why a pane has nothing to draw, and the next step. */
function EmptyPane({ pane }: { readonly pane: PaneId }): ReactNode {
  const { t } = useTexts();
  const training = pane === 'loss' || pane === 'accuracy' || pane === 'throughput';
  return (
    <>
      <span>{t(training ? 'room.axis.empty.training' : `room.axis.empty.${pane}`)}</span>
      <a href={training ? toPage('training') : toPage('doctor')}>{t(training ? 'room.axis.empty.start' : 'room.axis.empty.doctor')}</a>
    </>
  );
}
