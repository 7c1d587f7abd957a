import { useEffect, type ReactNode } from 'react';
import { ProvenanceMark } from '../../ui/Provenance';
import { useVisibleRows } from '../../ui/use-visible-rows';
import type { PaneBox, PaneSpec, PlotLayout, TrackSpec } from './types';

interface PaneLegendProps {
  readonly panes: readonly PaneSpec[];
  readonly layout: PlotLayout;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (trackId: string) => void;
  /** Filled with the elements that the controller writes values into. */
  readonly values: Map<string, HTMLElement>;
  /** Other rows came into sight: their values are to be written. */
  readonly onRows: () => void;
  readonly axisName: string;
}

/** As charts.css has it, px. */
const ROW_PX = 18;

/** The readout beside the panes: each line's name, how it was come by, its value; a click hides the line. */
export function PaneLegend({ panes, layout, axisName, ...rows }: PaneLegendProps): ReactNode {
  return (
    <div className="pane-legend">
      {panes.map((pane, i) => {
        const box = layout.panes[i];
        return box ? <LegendPane key={pane.id} pane={pane} box={box} {...rows} /> : null;
      })}
      <span className="legend-axis" style={{ top: layout.axisTop }}>
        {axisName}
      </span>
    </div>
  );
}

interface LegendPaneProps extends Pick<PaneLegendProps, 'hidden' | 'onToggle' | 'values' | 'onRows'> {
  readonly pane: PaneSpec;
  readonly box: PaneBox;
}

function LegendPane({ pane, box, hidden, onToggle, values, onRows }: LegendPaneProps): ReactNode {
  const { scroller, from, to } = useVisibleRows(pane.tracks.length, ROW_PX, box.height);
  useEffect(onRows, [onRows, from, to]);
  return (
    <section ref={scroller} className="legend-pane" style={{ top: box.top, height: box.height }} aria-label={pane.title}>
      <h3 className="legend-title" title={pane.unit === '' ? pane.title : `${pane.title} (${pane.unit})`}>
        <span className="legend-name">{pane.title}</span>
        {pane.unit === '' ? null : <span className="legend-unit">{pane.unit}</span>}
      </h3>
      {box.collapsed ? null : (
        <ul style={{ paddingTop: from * ROW_PX, paddingBottom: (pane.tracks.length - to) * ROW_PX }}>
          {pane.tracks.slice(from, to).map((track) => (
            <LegendRow key={track.id} track={track} hidden={hidden.has(track.id)} onToggle={onToggle} values={values} />
          ))}
        </ul>
      )}
    </section>
  );
}

function LegendRow({
  track,
  hidden,
  onToggle,
  values,
}: {
  track: TrackSpec;
  hidden: boolean;
  onToggle: (id: string) => void;
  values: Map<string, HTMLElement>;
}): ReactNode {
  const hold = (element: HTMLSpanElement | null): void => {
    if (element) values.set(track.id, element);
    else values.delete(track.id);
  };
  return (
    <li>
      <button type="button" className="legend-row" aria-pressed={!hidden} onClick={() => onToggle(track.id)} title={track.label}>
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
