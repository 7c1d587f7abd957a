import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { curveAxes, type CurveAxis } from '@shared/model/curve';
import { PaneChart } from '../../charts/time/PaneChart';
import { timeAxis, valueAxis } from '../../charts/time/x-axis';
import type { Loadable } from '../../data/loadable';
import { RunCurves } from '../../data/run-curves';
import type { RunLive } from '../../data/run-live';
import { scalarGroups } from '../../data/scalar-groups';
import type { Readable } from '../../data/store';
import type { AxisGesture } from '../../data/time-window';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable } from '../../rpc/hooks';
import { IconButton } from '../../ui/Button';
import { Segmented } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { Toggle } from '../../ui/Toggle';
import { scalarPanes } from './scalar-panes';
import { SmoothingField } from './SmoothingField';

/** Panes that are shown at once; of more quantities than these some are chosen by their names. */
const MAX_PANES = 8;
/** Below so many px a pane shows nothing: with more of them the chart is scrolled. */
const PANE_PX = 96;

/** How this window last drew a run's curves. */
const look = { isLog: false, smoothing: 0 };

interface RunChartProps {
  readonly runId: string;
  /** Nothing more will come. */
  readonly isOver: boolean;
  readonly store: Readable<Loadable<RunLive>>;
}

/** A run's scalars over its steps, its time or its energy. */
export function RunChart({ runId, isOver, store }: RunChartProps): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const [axis, setAxis] = useState<CurveAxis>('step');
  const make = useCallback(() => new RunCurves(client, runId, store, axis), [client, runId, store, axis]);
  const curves = useDisposable(make);
  return (
    <section className="run-chart" aria-label={t('run.chart.label')}>
      {curves ? <Curves curves={curves} isOver={isOver} onAxis={setAxis} /> : null}
    </section>
  );
}

interface CurvesProps {
  readonly curves: RunCurves;
  readonly isOver: boolean;
  readonly onAxis: (axis: CurveAxis) => void;
}

function Curves({ curves, isOver, onAxis }: CurvesProps): ReactNode {
  const { t, format } = useTexts();
  const zoomed = useReadable(curves.window) !== null;
  const names = useReadable(curves.names);
  const decimated = useReadable(curves.decimated);
  const declared = useReadable(curves.declared);
  const error = useReadable(curves.error);
  const [filter, setFilter] = useState('');
  const { axis } = curves;
  const groups = useMemo(() => scalarGroups(names === '' ? [] : names.split('\n')), [names]);
  const shown = useMemo(() => {
    const words = filter.trim().toLowerCase();
    return groups.filter(({ scalars }) => scalars.some(({ name }) => name.toLowerCase().includes(words))).slice(0, MAX_PANES);
  }, [groups, filter]);
  const [isLog, setLog] = useState(look.isLog);
  const [smoothing, setSmoothing] = useState(look.smoothing);
  Object.assign(look, { isLog, smoothing });
  const panes = useMemo(
    () => scalarPanes(shown, { decimated, isLog, smoothing, declared }, t, format),
    [shown, decimated, isLog, smoothing, declared, t, format],
  );
  const xAxis = useMemo(
    () =>
      axis === 'time'
        ? timeAxis(format)
        : valueAxis(axis, format, (text) =>
            axis === 'step' ? t('run.chart.step', { step: text }) : t('run.chart.energyAt', { energy: text }),
          ),
    [t, format, axis],
  );
  const onGesture = useCallback((gesture: AxisGesture) => curves.apply(gesture), [curves]);
  const empty = error
    ? formatMessage(t, error.localized)
    : groups.length > 0 && shown.length === 0
      ? t('run.chart.noMatch')
      : axis === 'energy' && groups.length > 0
        ? t('run.chart.noEnergy')
        : t(isOver ? 'run.chart.none' : 'run.chart.empty');
  return (
    <>
      <div className="toolbar">
        <h2>{t('run.chart.title')}</h2>
        <span className="toolbar-end">
          {groups.length > MAX_PANES ? (
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
          <SmoothingField value={smoothing} onChange={setSmoothing} />
          <Toggle label={t('run.chart.log')} hint={t('run.chart.log.hint')} on={isLog} onChange={setLog} testId="log-axis" />
          <Segmented
            label={t('run.chart.over')}
            value={axis}
            options={curveAxes.map((value) => ({ value, label: t(`run.chart.over.${value}`) }))}
            onChange={onAxis}
          />
          <IconButton icon="reset" label={t('ui.zoomReset')} disabled={!zoomed} onClick={() => curves.apply({ kind: 'reset' })} />
        </span>
      </div>
      <div className="run-chart-body">
        {panes.length === 0 ? (
          <p className="run-chart-empty">{empty}</p>
        ) : (
          <div className="run-chart-panes" style={{ minHeight: panes.length * PANE_PX }}>
            <PaneChart
              label={t('run.chart.label')}
              panes={panes}
              source={curves}
              axis={xAxis}
              onGesture={onGesture}
              renderEmpty={() => empty}
              axisName={t(`run.chart.axis.${axis}`)}
            />
          </div>
        )}
      </div>
    </>
  );
}
