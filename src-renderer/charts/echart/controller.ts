import type { Disposable } from '@shared/base/disposable';
import { init } from './engine';
import { readTheme } from '../theme';
import type { AxisRange, DrawPicture } from './types';

/** Twice the size of the screen, so that a printed picture is sharp. */
const PNG_SCALE = 2;

/** One picture of ECharts in an element: follows its size, the theme and the wish for less motion until it is disposed. */
export class PictureController implements Disposable {
  private readonly chart;
  private readonly observer: ResizeObserver;
  private readonly themes: MutationObserver;
  private readonly motion: MediaQueryList;
  private draw: DrawPicture | null = null;
  private frame: number | null = null;

  /**
   * @param onPick hears the id of the node, or the name of the line, that was clicked
   * @param onRanges hears which parts of an axis of parallel coordinates are marked now
   */
  constructor(
    private readonly element: HTMLElement,
    onPick: (id: string) => void,
    onRanges: (axisId: string, ranges: readonly AxisRange[]) => void,
  ) {
    this.chart = init(element, null, { renderer: 'canvas' });
    this.chart.on('click', (event) => {
      const { dataType, seriesType, data } = event as { dataType?: string; seriesType?: string; data?: { name?: unknown } };
      if ((dataType === 'node' || seriesType === 'parallel') && typeof data?.name === 'string') onPick(data.name);
    });
    this.chart.on('axisareaselected', (event) => {
      const { parallelAxisId, intervals } = event as { parallelAxisId?: unknown; intervals?: readonly AxisRange[] };
      if (typeof parallelAxisId === 'string') onRanges(parallelAxisId, intervals ?? []);
    });
    this.observer = new ResizeObserver(() => this.later());
    this.observer.observe(element);
    this.themes = new MutationObserver(() => this.later());
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'lang'] });
    this.motion = window.matchMedia('(prefers-reduced-motion: reduce)');
    this.motion.addEventListener('change', this.onMotion);
  }

  show(draw: DrawPicture): void {
    this.draw = draw;
    this.later();
  }

  /** The picture as it stands, as a PNG; null = the browser made none. */
  png(): Promise<Blob | null> {
    const canvas = this.chart.renderToCanvas({ pixelRatio: PNG_SCALE, backgroundColor: readTheme(this.element).surface });
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  }

  dispose(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    this.themes.disconnect();
    this.motion.removeEventListener('change', this.onMotion);
    this.chart.dispose();
  }

  private readonly onMotion = (): void => this.later();

  /** At most once a frame, whatever changed in it. */
  private later(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.redraw();
    });
  }

  private redraw(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (this.draw === null || width === 0 || height === 0) return;
    this.chart.resize({ width, height });
    // A figure that changes each second is to be read, not to swim.
    const animation = !this.motion.matches;
    this.chart.setOption(
      {
        animation,
        animationDuration: 0,
        animationDurationUpdate: animation ? 200 : 0,
        ...this.draw(readTheme(this.element), { width, height }),
      },
      { notMerge: false, replaceMerge: ['series', 'parallelAxis'] },
    );
  }
}
