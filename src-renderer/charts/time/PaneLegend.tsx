import { useEffect, type ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { ProvenanceMark } from '../../ui/Provenance';
import { useVisibleRows } from '../../ui/use-visible-rows';
import { ROW } from './layout';
import type { PaneBox, PaneSpec, PaneView, PlotLayout, TrackSpec } from './types';

interface PaneLegendProps {
  readonly panes: readonly PaneSpec[];
  readonly layout: PlotLayout;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (trackId: string) => void;
  /** How panes of very many lines are drawn, by pane id. */
  readonly views: ReadonlyMap<string, PaneView>;
  readonly onView: (paneId: string, view: PaneView) => void;
  /** The line whose name is pointed at, or has the focus; null when none is. */
  readonly onName: (trackId: string | null) => void;
  /** Filled with the elements that the controller writes values into. */
  readonly values: Map<string, HTMLElement>;
  /** Other rows came into sight: their values are to be written. */
  readonly onRows: () => void;
  readonly axisName: string;
  /** What the whole chart can do, beside the axis' name. */
  readonly tools: ReactNode;
}

const views: readonly PaneView[] = ['lines', 'envelope', 'heat'];
/** More lines than this are hard to tell apart: their spread, or rows of colours, say more. */
const MANY = 32;

export function hasViews(pane: PaneSpec): boolean {
  return pane.tracks.length > MANY;
}

/** The readout beside the panes: each line's name, its provenance, its value; a click hides the line. */
export function PaneLegend({ panes, layout, axisName, tools, ...rows }: PaneLegendProps): ReactNode {
  return (
    <div className="pane-legend">
      {panes.map((pane, i) => {
        const box = layout.panes[i];
        return box ? <LegendPane key={pane.id} pane={pane} box={box} {...rows} /> : null;
      })}
      {tools}
      <span className="legend-axis" style={{ top: layout.axisTop }}>
        {axisName}
      </span>
    </div>
  );
}

interface LegendPaneProps extends Omit<PaneLegendProps, 'panes' | 'layout' | 'axisName' | 'tools'> {
  readonly pane: PaneSpec;
  readonly box: PaneBox;
}

function LegendPane({ pane, box, hidden, onToggle, views: chosenViews, onView, onName, values, onRows }: LegendPaneProps): ReactNode {
  const { scroller, from, to } = useVisibleRows(pane.tracks.length, ROW, box.height);
  const { t } = useTexts();
  useEffect(onRows, [onRows, from, to]);
  return (
    <div ref={scroller} className="legend-pane" style={{ top: box.top, height: box.height }} role="group" aria-label={pane.title}>
      <h3 className="legend-title" title={pane.unit === '' ? pane.title : `${pane.title} (${pane.unit})`}>
        <span className="legend-name">{pane.title}</span>
        {pane.unit === '' ? null : <span className="legend-unit">{pane.unit}</span>}
      </h3>
      {hasViews(pane) && !box.collapsed ? (
        <span className="legend-views" role="group" aria-label={t('ui.chart.views')}>
          {views.map((view) => (
            <button
              key={view}
              type="button"
              aria-pressed={(chosenViews.get(pane.id) ?? 'lines') === view}
              title={t(`ui.chart.view.${view}.hint`)}
              onClick={() => onView(pane.id, view)}
            >
              {t(`ui.chart.view.${view}`)}
            </button>
          ))}
        </span>
      ) : null}
      {box.collapsed ? null : (
        <ul style={{ paddingTop: from * ROW, paddingBottom: (pane.tracks.length - to) * ROW }}>
          {pane.tracks.slice(from, to).map((track) => (
            <LegendRow key={track.id} track={track} isHidden={hidden.has(track.id)} onToggle={onToggle} onName={onName} values={values} />
          ))}
        </ul>
      )}
    </div>
  );
}

interface LegendRowProps extends Pick<PaneLegendProps, 'onToggle' | 'onName' | 'values'> {
  readonly track: TrackSpec;
  readonly isHidden: boolean;
}

function LegendRow({ track, isHidden, onToggle, onName, values }: LegendRowProps): ReactNode {
  const hold = (element: HTMLSpanElement | null): void => {
    if (element) values.set(track.id, element);
    else values.delete(track.id);
  };
  return (
    <li>
      <button
        type="button"
        className="legend-row"
        aria-pressed={!isHidden}
        onClick={() => onToggle(track.id)}
        onPointerEnter={() => onName(track.id)}
        onPointerLeave={() => onName(null)}
        onFocus={() => onName(track.id)}
        onBlur={() => onName(null)}
        title={track.label}
      >
        <span
          className={`swatch swatch-${track.colour} swatch-${track.style}${track.dashed === true ? ' swatch-dashed' : ''}`}
          aria-hidden
        />
        <span className="legend-name">{track.label}</span>
        {track.provenance ? <ProvenanceMark provenance={track.provenance} /> : <span />}
        <span ref={hold} className="legend-value" data-track={track.id} />
      </button>
    </li>
  );
}
