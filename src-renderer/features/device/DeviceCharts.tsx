import { useCallback, useMemo, type ReactNode } from 'react';
import type { Series } from '@shared/model/series';
import { axisLabels } from '../../charts/labels';
import { PaneChart } from '../../charts/PaneChart';
import type { DeviceAxis } from '../../data/device-axis';
import type { AxisGesture } from '../../data/time-window';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable, useValue } from '../../rpc/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Segmented } from '../../ui/Field';
import { devicePanes } from './panes';

const MINUTE_MS = 60_000;
const presets = [
  { value: '1', ms: MINUTE_MS },
  { value: '5', ms: 5 * MINUTE_MS },
  { value: '15', ms: 15 * MINUTE_MS },
  { value: '60', ms: 60 * MINUTE_MS },
] as const;
type Preset = (typeof presets)[number]['value'];

/** Every series of the device over one time axis, one pane a unit. */
export function DeviceCharts({ axis, series }: { readonly axis: DeviceAxis; readonly series: readonly Series[] }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const currency = useValue(useServices().settings)?.tariff.currency ?? '';
  const window = useReadable(axis.window);
  const panes = useMemo(() => devicePanes(texts, series, currency), [texts, series, currency]);
  const labels = useMemo(() => axisLabels(format), [format]);
  const formatCursor = useCallback((at: number) => format.dateTime(at), [format]);
  const onGesture = useCallback((gesture: AxisGesture) => axis.apply(gesture), [axis]);
  const live = window.mode === 'live';
  if (panes.length === 0) return <p className="facts-empty">{t('device.charts.none')}</p>;
  return (
    <>
      <div className="toolbar">
        <Segmented<Preset>
          label={t('room.axis.window')}
          value={live ? (presets.find(({ ms }) => ms === window.spanMs)?.value ?? null) : null}
          options={presets.map(({ value }) => ({ value, label: t(`room.axis.window.${value}`) }))}
          onChange={(value) => axis.follow(presets.find((entry) => entry.value === value)?.ms ?? MINUTE_MS)}
        />
        {live ? (
          <span className="live-note" role="status">
            {t('room.axis.live')}
          </span>
        ) : (
          <>
            <span className="live-note" role="status">
              {t('room.axis.paused', { range: format.range(window.fromMs, window.toMs) })}
            </span>
            <Button tone="primary" icon="live" onClick={() => onGesture({ kind: 'reset' })}>
              {t('room.axis.return')}
            </Button>
          </>
        )}
        <span className="toolbar-end">
          <span className="toolbar-hint">{t('room.axis.hint')}</span>
          <IconButton icon="reset" label={t('ui.zoomReset')} onClick={() => onGesture({ kind: 'reset' })} disabled={live} />
        </span>
      </div>
      <div className="device-chart" style={{ minHeight: panes.length * 84 }}>
        <PaneChart
          label={t('device.charts.label')}
          help={t('ui.chartHelp')}
          panes={panes}
          source={axis}
          xKind="time"
          xLabels={labels}
          formatCursor={formatCursor}
          onGesture={onGesture}
          renderEmpty={() => t('history.noData')}
        />
      </div>
    </>
  );
}
