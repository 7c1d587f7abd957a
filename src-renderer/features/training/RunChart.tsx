import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { curveAxes, type CurveAxis } from '@shared/model/curve';
import { PROGRAM_KIND } from '@shared/model/program';
import { isFinal, type Run } from '@shared/model/run';
import { scalarDefinition } from '@shared/model/scalars';
import { SERVING_KIND } from '@shared/model/serving';
import type { Series } from '@shared/model/series';
import { toHistory } from '../../app/paths';
import { PaneChart } from '../../charts/time/PaneChart';
import { timeAxis, valueAxis } from '../../charts/time/x-axis';
import type { PaneSpec } from '../../charts/time/types';
import { heldWindow, openedIn } from '../../data/history-link';
import type { Interruptible } from '../../data/interruption';
import { valueOf, type Loadable } from '../../data/loadable';
import type { PaneSource } from '../../data/pane-source';
import { RunCurves } from '../../data/run-curves';
import type { RunLive } from '../../data/run-live';
import { scalarGroups } from '../../data/scalar-groups';
import type { Readable } from '../../data/store';
import type { AxisGesture } from '../../data/time-window';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useAnswer, useDisposable, useReadable } from '../../rpc/hooks';
import { IconButton } from '../../ui/Button';
import { Segmented } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { Stopped } from '../../ui/StreamNote';
import { Toggle } from '../../ui/Toggle';
import { roomPanes } from './run-room-panes';
import { scalarPanes } from './scalar-panes';
import { SmoothingField } from './SmoothingField';
import { useRunRoom } from './use-run-room';

/** Panes of scalars that are shown at once; of more quantities than these some are chosen by their names. */
const MAX_PANES = 8;
/** The same where the room is what one looks at. */
const MAX_BESIDE_ROOM = 2;
/** Below so many px a pane shows nothing: with more of them the chart is scrolled. */
const PANE_PX = 96;

/** How this window last drew a run's curves. */
const look = { isLog: false, smoothing: 0 };

interface RunChartProps {
  readonly run: Run;
  readonly store: Readable<Loadable<RunLive>>;
  /** What the room did is what one looks at, over the run's time; else the curves, over what one chooses. */
  readonly ofRoom?: boolean;
}

/** A run's scalars over its steps, its time or its energy; over its time with what its devices did meanwhile. */
export function RunChart({ run, store, ofRoom = false }: RunChartProps): ReactNode {
  const { t } = useTexts();
  const { client, telemetry } = useServices();
  // What a served model counts in steps is its predictions: it is watched by the clock.
  const [chosen, setAxis] = useState<CurveAxis>(run.kind === SERVING_KIND ? 'time' : 'step');
  const axis = ofRoom ? 'time' : chosen;
  const runId = run.id;
  const make = useCallback(
    () => new RunCurves(client, runId, store, axis, () => telemetry.nowMs ?? Date.now()),
    [client, runId, store, axis, telemetry],
  );
  const curves = useDisposable(make);
  const props = { run, onAxis: setAxis, ofRoom };
  return (
    <section className="run-chart" aria-label={t(ofRoom ? 'run.room.label' : 'run.chart.label')}>
      {curves === null ? null : curves.axis === 'time' ? <WithRoom curves={curves} {...props} /> : <Curves curves={curves} {...props} />}
    </section>
  );
}

interface CurvesProps {
  readonly curves: RunCurves;
  readonly run: Run;
  readonly onAxis: (axis: CurveAxis) => void;
  readonly ofRoom: boolean;
  /** What is drawn below the curves, with the source that has it all. */
  readonly below?: { readonly panes: readonly PaneSpec[]; readonly source: PaneSource & Interruptible; readonly series: readonly Series[] };
}

function WithRoom(props: Omit<CurvesProps, 'below'>): ReactNode {
  const texts = useTexts();
  const { room, series } = useRunRoom(props.run.id, props.curves);
  const panes = useMemo(() => roomPanes(texts, series), [texts, series]);
  return <Curves {...props} {...(room === null ? {} : { below: { panes, source: room, series } })} />;
}

function Curves({ curves, run, onAxis, ofRoom, below }: CurvesProps): ReactNode {
  const { t, format } = useTexts();
  const { telemetry } = useServices();
  const zoomed = useReadable(curves.window) !== null;
  const names = useReadable(curves.names);
  const decimated = useReadable(curves.decimated);
  const declared = useReadable(curves.declared);
  const error = useReadable(curves.failure);
  const [filter, setFilter] = useState('');
  const { axis } = curves;
  // Their steps are whatever they count.
  const isProgram = run.kind === PROGRAM_KIND || run.kind === SERVING_KIND;
  const groups = useMemo(() => scalarGroups(names === '' ? [] : names.split('\n')), [names]);
  const shown = useMemo(() => {
    const words = filter.trim().toLowerCase();
    const found = groups.filter(({ scalars }) => scalars.some(({ name }) => name.toLowerCase().includes(words)));
    return found.slice(0, ofRoom ? MAX_BESIDE_ROOM : MAX_PANES);
  }, [groups, filter, ofRoom]);
  const [isLog, setLog] = useState(look.isLog);
  const [smoothing, setSmoothing] = useState(look.smoothing);
  Object.assign(look, { isLog, smoothing });
  const own = useMemo(
    () => scalarPanes(shown, { decimated, isLog, smoothing, declared, isProgram }, t, format),
    [shown, decimated, isLog, smoothing, declared, isProgram, t, format],
  );
  const roomOnly = below?.panes;
  const panes = useMemo(() => [...own, ...(roomOnly ?? [])], [own, roomOnly]);
  const stepName = t(isProgram ? 'compare.axis.step' : 'run.chart.axis.step');
  const xAxis = useMemo(
    () =>
      axis === 'time'
        ? timeAxis(format)
        : valueAxis(axis, format, (text) =>
            axis === 'energy'
              ? t('run.chart.energyAt', { energy: text })
              : t(isProgram ? 'compare.step' : 'run.chart.step', { step: text }),
          ),
    [t, format, axis, isProgram],
  );
  const onGesture = useCallback((gesture: AxisGesture) => curves.apply(gesture), [curves]);
  const found = valueOf(useAnswer('series.find', { devices: [`run/${run.id}`] }, 'energy.changed').answer)?.series;
  const roomSeries = below?.series;
  const paneInHistory = useCallback(
    ({ tracks }: Pick<PaneSpec, 'tracks'>): string | null => {
      const ofRoom = (roomSeries ?? []).filter(({ id }) => tracks.some((track) => track.id === String(id)));
      const metrics = new Set(tracks.map(({ id }) => scalarDefinition(id)?.metric ?? id));
      const own = [...(found ?? []).filter(({ metric }) => metrics.has(metric)), ...ofRoom];
      // Over steps or energy there is no part of the time to be shown: the run's whole is.
      const nowMs = telemetry.nowMs ?? Date.now();
      const { from, to } = axis === 'time' ? curves.shown : { from: run.startedAtMs ?? nowMs, to: run.endedAtMs ?? nowMs };
      return own.length === 0 ? null : toHistory(openedIn(heldWindow({ fromMs: from, toMs: to }), own));
    },
    [curves, roomSeries, found, axis, telemetry, run.startedAtMs, run.endedAtMs],
  );
  // Of the run's page as a whole its head has the way; here the shown part goes along.
  const roomInHistory = zoomed && axis === 'time' ? paneInHistory({ tracks: panes.flatMap(({ tracks }) => tracks) }) : null;
  const empty = error
    ? formatMessage(t, error.localized)
    : groups.length > 0 && shown.length === 0
      ? t('run.chart.noMatch')
      : axis === 'energy' && groups.length > 0
        ? t('run.chart.noEnergy')
        : t(isFinal(run.status) ? 'run.chart.none' : 'run.chart.empty');
  return (
    <>
      <div className="toolbar">
        <h2>{t(ofRoom ? 'run.room.title' : run.kind === SERVING_KIND ? 'run.chart.ofServing' : 'run.chart.title')}</h2>
        <span className="toolbar-end">
          {groups.length > MAX_PANES && !ofRoom ? (
            <>
              <span className="toolbar-hint">{t('run.chart.shown', { shown: shown.length, count: groups.length })}</span>
              <span className="search">
                <Icon name="search" />
                <input
                  type="search"
                  aria-label={t('run.chart.filter')}
                  placeholder={t('run.chart.filter')}
                  value={filter}
                  onChange={(event) => setFilter(event.target.value)}
                />
              </span>
            </>
          ) : (
            <span className="toolbar-hint">{t('run.chart.hint')}</span>
          )}
          {panes.length > 0 ? <Stopped of={curves} /> : null}
          {below ? <Stopped of={below.source} /> : null}
          <SmoothingField value={smoothing} onChange={setSmoothing} />
          <Toggle label={t('run.chart.log')} hint={t('run.chart.log.hint')} on={isLog} onChange={setLog} testId="log-axis" />
          {ofRoom ? null : (
            <Segmented
              label={t('run.chart.over')}
              value={axis}
              options={curveAxes.map((value) => ({ value, label: t(`run.chart.over.${value}`) }))}
              onChange={onAxis}
            />
          )}
          {roomInHistory === null ? null : (
            <a className="button button-plain" href={roomInHistory} data-testid="chart-history">
              <Icon name="history" />
              <span>{t('history.open')}</span>
            </a>
          )}
          <IconButton icon="reset" label={t('ui.zoomReset')} disabled={!zoomed} onClick={() => curves.apply({ kind: 'reset' })} />
        </span>
      </div>
      <div className="run-chart-body">
        {panes.length === 0 ? (
          <p className="run-chart-empty">{empty}</p>
        ) : (
          <div className="run-chart-panes" style={{ minHeight: panes.length * PANE_PX }}>
            <PaneChart
              label={t(ofRoom ? 'run.room.label' : 'run.chart.label')}
              panes={panes}
              source={below?.source ?? curves}
              axis={xAxis}
              onGesture={onGesture}
              inHistory={paneInHistory}
              renderEmpty={(id) => (id.startsWith('room-') ? t('run.room.none') : empty)}
              axisName={axis === 'step' ? stepName : t(`run.chart.axis.${axis}`)}
            />
          </div>
        )}
      </div>
    </>
  );
}
