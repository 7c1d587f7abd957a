import { useCallback, useMemo, type ReactNode } from 'react';
import { axisLabels } from '../../charts/labels';
import { PaneChart } from '../../charts/PaneChart';
import type { PaneSpec, TrackSpec } from '../../charts/types';
import type { Loadable } from '../../data/loadable';
import { RunCurves, type CurveTrack } from '../../data/run-curves';
import type { RunLive } from '../../data/run-live';
import type { Readable } from '../../data/store';
import type { AxisGesture } from '../../data/time-window';
import { useTexts } from '../../i18n/use-texts';
import { useDisposable, useReadable } from '../../rpc/hooks';
import { IconButton } from '../../ui/Button';

/** Loss and accuracy over the batches; the epochs' means and validation stand at their last batch. */
export function RunChart({ store }: { readonly store: Readable<Loadable<RunLive>> }): ReactNode {
  const { t } = useTexts();
  const make = useCallback(() => new RunCurves(store), [store]);
  const curves = useDisposable(make);
  return (
    <section className="run-chart" aria-label={t('run.chart.label')}>
      {curves ? <Curves curves={curves} /> : null}
    </section>
  );
}

function Curves({ curves }: { readonly curves: RunCurves }): ReactNode {
  const { t, format } = useTexts();
  const zoomed = useReadable(curves.window) !== null;
  const panes = useMemo<readonly PaneSpec[]>(() => {
    const track = (id: CurveTrack, label: string, look: Pick<TrackSpec, 'colour' | 'style'>): TrackSpec => ({
      id,
      label,
      ...look,
      provenance: null,
    });
    const formats: Pick<PaneSpec, 'unit' | 'formatTick' | 'formatValue'> = {
      unit: '',
      formatTick: (value, largest, step) => format.tick(value, '1', largest, step),
      formatValue: (value) => format.number(value, 4),
    };
    return [
      {
        id: 'loss',
        title: t('run.chart.loss'),
        tracks: [
          track('batchLoss', t('run.chart.batch'), { colour: 1, style: 'faint' }),
          track('epochLoss', t('run.chart.epoch'), { colour: 1, style: 'points' }),
          track('valLoss', t('run.chart.validation'), { colour: 2, style: 'points' }),
        ],
        floor: 'zero',
        minRange: 0.1,
        ...formats,
      },
      {
        id: 'accuracy',
        title: t('run.chart.accuracy'),
        tracks: [
          track('batchAccuracy', t('run.chart.batch'), { colour: 1, style: 'faint' }),
          track('epochAccuracy', t('run.chart.epoch'), { colour: 1, style: 'points' }),
          track('valAccuracy', t('run.chart.validation'), { colour: 2, style: 'points' }),
        ],
        floor: 'fit',
        minRange: 0.05,
        bounds: [0, 1],
        ...formats,
      },
    ];
  }, [t, format]);
  const labels = useMemo(() => axisLabels(format), [format]);
  const formatCursor = useCallback((at: number) => t('run.chart.step', { step: format.number(at, 0) }), [t, format]);
  const onGesture = useCallback((gesture: AxisGesture) => curves.apply(gesture), [curves]);
  return (
    <>
      <div className="toolbar">
        <h2>{t('run.chart.title')}</h2>
        <span className="toolbar-end">
          <span className="toolbar-hint">{t('run.chart.hint')}</span>
          <IconButton icon="reset" label={t('ui.zoomReset')} disabled={!zoomed} onClick={() => curves.apply({ kind: 'reset' })} />
        </span>
      </div>
      <div className="run-chart-body">
        <PaneChart
          label={t('run.chart.label')}
          help={t('ui.chartHelp')}
          panes={panes}
          source={curves}
          xKind="step"
          xLabels={labels}
          formatCursor={formatCursor}
          onGesture={onGesture}
          renderEmpty={() => t('run.chart.empty')}
          axisName={t('run.chart.axis')}
        />
      </div>
    </>
  );
}
