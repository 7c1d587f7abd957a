import type { ReactNode } from 'react';
import { ProvenanceMark } from '../ui/Provenance';
import type { PaneSpec, PlotLayout, TrackSpec } from './types';

interface PaneLegendProps {
  readonly panes: readonly PaneSpec[];
  readonly layout: PlotLayout;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (trackId: string) => void;
  /** Filled with the elements that the controller writes values into. */
  readonly values: Map<string, HTMLElement>;
  readonly axisName: string;
}

/** The readout beside the panes: each line's name, how it was come by, its value; a click hides the line. */
export function PaneLegend({ panes, layout, hidden, onToggle, values, axisName }: PaneLegendProps): ReactNode {
  return (
    <div className="pane-legend">
      {panes.map((pane, i) => {
        const box = layout.panes[i];
        if (!box) return null;
        return (
          <section key={pane.id} className="legend-pane" style={{ top: box.top, height: box.height }} aria-label={pane.title}>
            <h3 className="legend-title">
              {pane.title}
              {pane.unit === '' ? null : <span className="legend-unit">{pane.unit}</span>}
            </h3>
            {box.collapsed ? null : (
              <ul>
                {pane.tracks.map((track) => (
                  <LegendRow key={track.id} track={track} hidden={hidden.has(track.id)} onToggle={onToggle} values={values} />
                ))}
              </ul>
            )}
          </section>
        );
      })}
      <span className="legend-axis" style={{ top: layout.axisTop }}>
        {axisName}
      </span>
    </div>
  );
}

function LegendRow({ track, hidden, onToggle, values }: { track: TrackSpec; hidden: boolean; onToggle: (id: string) => void; values: Map<string, HTMLElement> }): ReactNode {
  const hold = (element: HTMLSpanElement | null): void => {
    if (element) values.set(track.id, element);
    else values.delete(track.id);
  };
  return (
    <li>
      <button type="button" className="legend-row" aria-pressed={!hidden} onClick={() => onToggle(track.id)} title={track.label}>
        <span className={`swatch swatch-${track.colour} swatch-${track.shape}${track.dashed === true ? ' swatch-dashed' : ''}`} aria-hidden />
        <span className="legend-name">{track.label}</span>
        {track.provenance ? <ProvenanceMark provenance={track.provenance} /> : <span />}
        <span ref={hold} className="legend-value" data-track={track.id} />
      </button>
    </li>
  );
}
