import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { PaneSource } from '../../data/pane-source';
import type { AxisGesture } from '../../data/time-window';
import { useTexts } from '../../i18n/use-texts';
import { ChartTools } from './ChartTools';
import { PaneController, type ControllerInput } from './controller';
import { layoutPanes } from './layout';
import { hasViews, PaneLegend } from './PaneLegend';
import type { PaneSpec, PaneView } from './types';
import type { XAxis } from './x-axis';
import './charts.css';
import './readout.css';

export interface PaneChartProps {
  /** Says what is drawn, for those who hear the page. */
  readonly label: string;
  readonly panes: readonly PaneSpec[];
  readonly source: PaneSource;
  readonly axis: XAxis;
  readonly onGesture: (gesture: AxisGesture) => void;
  /** What stands in a pane with nothing to draw: why, and the next step. */
  readonly renderEmpty: (paneId: string) => ReactNode;
  /** What stands beside the panes' readout at the bottom, e.g. the axis' name. */
  readonly axisName?: string;
  /** Keeps a line above the panes for the names of spans; says what a click on one does. */
  readonly spanHint?: string;
  /** A span that opens something was chosen. */
  readonly onSpan?: (spanId: string) => void;
  /** Writes a note at a position of the axis. */
  readonly onNote?: (at: number) => void;
  /** Where History shows a pane's lines over the shown part of the axis; asked for when a readout is held. */
  readonly inHistory?: (pane: PaneSpec) => string | null;
  /** Stands above the chart as a picture, and names the file; left out, the label does. */
  readonly title?: string;
}

const noSpan = (): void => undefined;

/** Stacked panes over one x axis with one cursor. React builds the frame; the lines and figures are drawn by a controller. */
export function PaneChart(props: PaneChartProps): ReactNode {
  const { panes, source, axis, onGesture, onSpan = noSpan, onNote = null, inHistory = null, title = props.label } = props;
  const chart = useRef<HTMLDivElement>(null);
  const { t } = useTexts();
  const root = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const cursor = useRef<HTMLDivElement>(null);
  const tag = useRef<HTMLDivElement>(null);
  const selection = useRef<HTMLDivElement>(null);
  const spans = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLDivElement>(null);
  const spoken = useRef<HTMLParagraphElement>(null);
  const controller = useRef<PaneController>(null);
  const [values] = useState(() => new Map<string, HTMLElement>());
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [empty, setEmpty] = useState('');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [views, setViews] = useState<ReadonlyMap<string, PaneView>>(new Map());
  const helpId = useId();
  const spanHint = props.spanHint ?? '';
  const strip = spanHint !== '';

  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const layout = useMemo(() => {
    const without = new Set(empty.split(' '));
    return layoutPanes(
      size.width,
      size.height,
      panes.map((pane) => ({ id: pane.id, collapsed: without.has(pane.id), rows: pane.tracks.length + (hasViews(pane) ? 1 : 0) })),
      strip,
    );
  }, [size, panes, empty, strip]);

  const texts = useMemo(
    () => ({
      more: (count: number) => t('ui.chart.more', { count }),
      unpin: t('ui.chart.unpin'),
      note: t('ui.chart.note'),
      history: t('history.open'),
    }),
    [t],
  );
  const input = useMemo<ControllerInput>(
    () => ({ source, panes, layout, hidden, views, axis, onGesture, spanHint, onSpan, onNote, inHistory, texts, onEmpty: setEmpty }),
    [source, panes, layout, hidden, views, axis, onGesture, spanHint, onSpan, onNote, inHistory, texts],
  );
  const latest = useRef(input);

  useEffect(() => {
    latest.current = input;
    controller.current?.update(input);
  }, [input]);

  useEffect(() => {
    if (!root.current || !canvas.current || !cursor.current || !tag.current || !selection.current) return;
    if (!spans.current || !readout.current || !spoken.current) return;
    const own = new PaneController(
      {
        plot: root.current,
        canvas: canvas.current,
        cursor: cursor.current,
        tag: tag.current,
        selection: selection.current,
        spans: spans.current,
        readout: readout.current,
        spoken: spoken.current,
        values,
      },
      latest.current,
    );
    controller.current = own;
    return () => {
      controller.current = null;
      own.dispose();
    };
  }, [values]);

  const onRows = useCallback(() => controller.current?.refreshValues(), []);
  const onName = useCallback((trackId: string | null) => controller.current?.choose(trackId), []);
  const setView = (paneId: string, view: PaneView): void => setViews(new Map(views).set(paneId, view));
  const toggle = (id: string): void => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    setHidden(next);
  };

  return (
    <div ref={chart} className="pane-chart">
      <PaneLegend
        panes={panes}
        layout={layout}
        hidden={hidden}
        onToggle={toggle}
        views={views}
        onView={setView}
        onName={onName}
        values={values}
        onRows={onRows}
        axisName={props.axisName ?? ''}
        tools={
          <ChartTools
            top={layout.axisTop}
            fileName={title}
            chart={chart}
            makePng={() => controller.current?.png(title) ?? Promise.resolve(null)}
          />
        }
      />
      <div
        ref={root}
        className="plot"
        tabIndex={0}
        role="application"
        aria-roledescription={t('ui.chart.role')}
        aria-label={props.label}
        aria-describedby={helpId}
        data-testid="plot"
      >
        <div ref={canvas} className="plot-canvas" aria-hidden />
        <div ref={spans} className="plot-spans" />
        <div ref={selection} className="plot-selection" hidden />
        <div ref={cursor} className="plot-cursor" hidden />
        <div ref={tag} className="plot-tag" hidden />
        <div ref={readout} className="plot-readouts" />
        {layout.panes.map((box) =>
          box.collapsed ? (
            <div
              key={box.id}
              className="pane-empty"
              style={{ top: box.top, height: box.height, left: layout.left, width: layout.right - layout.left }}
            >
              {props.renderEmpty(box.id)}
            </div>
          ) : null,
        )}
      </div>
      <p id={helpId} className="visually-hidden">
        {t('ui.chartHelp')}
      </p>
      <p ref={spoken} className="visually-hidden" role="status" />
    </div>
  );
}
