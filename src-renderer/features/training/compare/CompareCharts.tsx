import { useCallback, useEffect, useId, useMemo, useRef, type ReactNode } from 'react';
import { curveAxes } from '@shared/model/curve';
import type { Run } from '@shared/model/run';
import { PaneChart } from '../../../charts/time/PaneChart';
import { elapsedAxis, valueAxis } from '../../../charts/time/x-axis';
import type { ScalarGroup } from '../../../data/scalar-groups';
import type { AxisGesture } from '../../../data/time-window';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useDisposable, useReadable } from '../../../rpc/hooks';
import { Button, IconButton } from '../../../ui/Button';
import { Segmented } from '../../../ui/Field';
import { Stopped } from '../../../ui/StreamNote';
import { Toggle } from '../../../ui/Toggle';
import { SmoothingField } from '../SmoothingField';
import type { CompareView } from './address';
import { curveGroups, declaredBy, scalarLabel } from './columns';
import { CompareCurves } from './compare-curves';
import { comparePanes, type RunLook } from './compare-panes';
import styles from './compare.module.css';

/** Scalars that are drawn when none were chosen. */
const CHOSEN_BY_ITSELF = 4;
/** Height of a pane that shows something, and what each line of its readout adds, px; more lines than so many are scrolled. */
const PANE_PX = 128;
const LINE_PX = 24;
const MAX_LINES = 5;

export interface ComparedRuns {
  readonly runs: readonly { readonly run: Run; readonly look: RunLook }[];
}

interface CompareChartsProps extends ComparedRuns {
  readonly view: CompareView;
  readonly onChange: (part: Partial<CompareView>) => void;
}

/** The runs' curves over one another, a pane for each scalar. */
export function CompareCharts({ runs, view, onChange }: CompareChartsProps): ReactNode {
  const { client } = useServices();
  const { axis, scalars } = view;
  const plain = useMemo(() => runs.map(({ run }) => run), [runs]);
  const groups = useMemo(() => curveGroups(plain), [plain]);
  const names = useMemo(() => {
    const all = groups.flatMap((group) => group.scalars);
    if (scalars !== null) return all.map(({ name }) => name).filter((name) => scalars.includes(name));
    // An epoch's mean says once more what its batches do.
    const own = all.filter(({ ofEpoch }) => !ofEpoch);
    return (own.length > 0 ? own : all).slice(0, CHOSEN_BY_ITSELF).map(({ name }) => name);
  }, [groups, scalars]);
  const ids = plain.map(({ id }) => id).join('\n');
  const key = names.join('\n');
  const latest = useRef(plain);
  const make = useCallback(() => {
    // Which runs and scalars there are makes another one; how the runs get on, and more of their curves, does not.
    const wanted = new Set(ids.split('\n'));
    return new CompareCurves(
      client,
      latest.current.filter(({ id }) => wanted.has(id)),
      key === '' ? [] : key.split('\n'),
      axis,
    );
  }, [client, ids, key, axis]);
  useEffect(() => {
    latest.current = plain;
  }, [plain]);
  const curves = useDisposable(make);
  useEffect(() => curves?.refresh(plain), [curves, plain]);
  return curves === null ? (
    <section className={styles['charts']} />
  ) : (
    <Charts curves={curves} runs={runs} names={names} groups={groups} view={view} onChange={onChange} />
  );
}

interface ChartsProps extends CompareChartsProps {
  readonly curves: CompareCurves;
  readonly names: readonly string[];
  readonly groups: readonly ScalarGroup[];
}

function Charts({ curves, runs, names, groups, view, onChange }: ChartsProps): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const zoomed = useReadable(curves.window) !== null;
  const answers = useReadable(curves.answers);
  const error = useReadable(curves.failure);
  const { axis, isLog, smoothing } = view;
  const declared = useMemo(() => declaredBy(runs.map(({ run }) => run)), [runs]);
  const looks = useMemo(() => runs.map(({ look }) => look), [runs]);
  // Another object only when other lines are to be drawn: what grows is read by the chart itself.
  const drawn = names.map((name) => looks.map(({ id }) => (curves.has(id, name) ? 1 : 0)).join('')).join();
  const panes = useMemo(
    () => (drawn === '' ? [] : comparePanes(texts, names, looks, (id, name) => curves.has(id, name), { isLog, smoothing, declared })),
    [texts, names, looks, curves, drawn, isLog, smoothing, declared],
  );
  const xAxis = useMemo(
    () =>
      axis === 'time'
        ? elapsedAxis(format, (text) => t('compare.after', { time: text }))
        : valueAxis(axis, format, (text) =>
            axis === 'step' ? t('compare.step', { step: text }) : t('run.chart.energyAt', { energy: text }),
          ),
    [axis, format, t],
  );
  const onGesture = useCallback((gesture: AxisGesture) => curves.apply(gesture), [curves]);
  const unmetered = axis === 'energy' && answers > 0 ? curves.energy.filter(({ provenance }) => provenance === null).length : 0;
  const empty =
    error !== null
      ? formatMessage(t, error.localized)
      : t(answers === 0 ? 'ui.loading' : axis === 'energy' ? 'compare.noEnergy' : 'compare.noCurve');
  const linesPx = Math.min(MAX_LINES, Math.max(1, ...panes.map(({ tracks }) => tracks.length))) * LINE_PX;
  return (
    <section className={styles['charts']} aria-label={t('compare.charts')}>
      <div className="toolbar">
        <ScalarMenu
          groups={groups}
          chosen={names}
          label={(name) => scalarLabel(t, name, declared)}
          onChoose={(scalars) => onChange({ scalars })}
        />
        {panes.length > 0 ? <Stopped of={curves} /> : null}
        {unmetered > 0 ? <span className="toolbar-hint">{t('compare.unmetered', { count: unmetered })}</span> : null}
        <span className="toolbar-end">
          <SmoothingField value={smoothing} onChange={(value) => onChange({ smoothing: value })} />
          <Toggle
            label={t('run.chart.log')}
            hint={t('run.chart.log.hint')}
            on={isLog}
            onChange={(on) => onChange({ isLog: on })}
            testId="log-axis"
          />
          <Segmented
            label={t('run.chart.over')}
            value={axis}
            options={curveAxes.map((value) => ({ value, label: t(`run.chart.over.${value}`) }))}
            onChange={(value) => onChange({ axis: value })}
          />
          <IconButton icon="reset" label={t('ui.zoomReset')} disabled={!zoomed} onClick={() => curves.apply({ kind: 'reset' })} />
        </span>
      </div>
      {panes.length === 0 ? (
        <p className={styles['note']}>{groups.length === 0 ? t('compare.noScalars') : t('compare.chooseScalars')}</p>
      ) : (
        <div className={styles['plots']}>
          <div className={styles['panes']} style={{ minHeight: panes.length * Math.max(PANE_PX, linesPx + LINE_PX) }}>
            <PaneChart
              label={t('compare.charts')}
              panes={panes}
              source={curves}
              axis={xAxis}
              onGesture={onGesture}
              renderEmpty={() => empty}
              axisName={t(axis === 'time' ? 'compare.axis.time' : axis === 'step' ? 'compare.axis.step' : 'run.chart.axis.energy')}
            />
          </div>
        </div>
      )}
    </section>
  );
}

interface ScalarMenuProps {
  readonly groups: readonly ScalarGroup[];
  readonly chosen: readonly string[];
  readonly label: (name: string) => string;
  readonly onChoose: (names: readonly string[]) => void;
}

/** Which scalars have a pane. */
function ScalarMenu({ groups, chosen, label, onChoose }: ScalarMenuProps): ReactNode {
  const { t } = useTexts();
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const names = groups.flatMap(({ scalars }) => scalars.map(({ name }) => name));
  const open = (opener: HTMLElement): void => {
    const element = panel.current;
    if (!element) return;
    element.showPopover();
    const { bottom, left } = opener.getBoundingClientRect();
    element.style.top = `${bottom + 4}px`;
    element.style.left = `${left}px`;
    element.querySelector('input')?.focus();
  };
  return (
    <>
      <Button aria-haspopup="dialog" aria-controls={id} onClick={(event) => open(event.currentTarget)} data-testid="choose-scalars">
        {t('compare.scalars', { shown: chosen.length, count: names.length })}
      </Button>
      <div ref={panel} id={id} role="dialog" aria-label={t('training.columns.scalars')} popover="auto" className={styles['menu']}>
        {names.map((name) => (
          <label key={name} title={name}>
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={({ target }) =>
                onChoose(
                  target.checked ? names.filter((one) => one === name || chosen.includes(one)) : chosen.filter((one) => one !== name),
                )
              }
              data-testid={`scalar-${name}`}
            />
            {label(name)}
          </label>
        ))}
      </div>
    </>
  );
}
