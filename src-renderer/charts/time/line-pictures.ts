import type { Disposable } from '@shared/base/disposable';
import type { LineColumns } from '../../data/columns';
import type { Line, LinePane, LineStyle, LineView } from './lines';

/** A line whose columns the drawing thread was given under this key. */
export interface KeyedLine extends LineStyle {
  readonly key: number;
}

/** To the drawing thread: lines that it will be asked to draw. */
export interface LinesGiven {
  readonly kind: 'lines';
  readonly lines: readonly { readonly key: number; readonly columns: LineColumns }[];
}

/** To the drawing thread: what it no longer needs, and what to draw. */
export interface PictureRequest {
  readonly kind: 'picture';
  readonly forget: readonly number[];
  readonly view: LineView<KeyedLine>;
  /** px */
  readonly height: number;
  /** Device pixels a px. */
  readonly ratio: number;
}

export interface PictureAnswer {
  /** From the view's left to its right, at full height. */
  readonly bitmap: ImageBitmap;
}

/** So many lines are handed to the drawing thread in one frame. */
const LINES_A_FRAME = 24;

interface Picture {
  readonly view: LineView<KeyedLine>;
  readonly look: string;
  readonly bitmap: ImageBitmap;
  readonly ratio: number;
}

const keys = new WeakMap<LineColumns, number>();
let lastKey = 0;

function keyOf(columns: LineColumns): number {
  const key = keys.get(columns) ?? ++lastKey;
  keys.set(columns, key);
  return key;
}

/**
 * Lines drawn by a thread of their own. A frame places the newest picture where its span now lies, shifted and stretched,
 * and asks for a better one unless it is on its way: however many lines there are, a frame of a pan costs a copy.
 */
export class LinePictures implements Disposable {
  private readonly worker = new Worker(new URL('./lines-worker.ts', import.meta.url), { type: 'module' });
  private readonly given = new Set<number>();
  private picture: Picture | null = null;
  private pending: Omit<Picture, 'bitmap'> | null = null;

  /**
   * @param onMore a better picture is there, or there are lines left to hand over: it is to be drawn again
   * @param onFailure the thread could not start or broke; nothing more comes from it
   */
  constructor(
    private readonly onMore: () => void,
    onFailure: () => void,
  ) {
    this.worker.addEventListener('message', ({ data }: MessageEvent<PictureAnswer>) => {
      if (!this.pending) return;
      this.picture?.bitmap.close();
      this.picture = { ...this.pending, bitmap: data.bitmap };
      this.pending = null;
      onMore();
    });
    this.worker.addEventListener('error', (event) => {
      event.preventDefault();
      onFailure();
    });
  }

  draw(context: CanvasRenderingContext2D, view: LineView, height: number, ratio: number): void {
    if (!this.pending) this.ask(view, height, ratio);
    if (this.picture) drawPicture(context, this.picture, view);
  }

  dispose(): void {
    this.worker.terminate();
    this.picture?.bitmap.close();
    this.picture = null;
    this.pending = null;
  }

  private ask(view: LineView, height: number, ratio: number): void {
    const wanted: LineView<KeyedLine> = {
      ...view,
      panes: view.panes.map((pane) => ({ ...pane, lines: pane.lines.map(({ columns, ...style }) => ({ ...style, key: keyOf(columns) })) })),
    };
    const look = JSON.stringify([wanted.panes, view.left, view.right, height, ratio]);
    if (this.picture?.look === look && showsAll(this.picture.view, view)) return;
    if (!this.giveAll(view.panes.flatMap((pane) => pane.lines))) {
      this.onMore();
      return;
    }
    const used = new Set(wanted.panes.flatMap((pane) => pane.lines.map((line) => line.key)));
    const forget = [...this.given].filter((key) => !used.has(key));
    for (const key of forget) this.given.delete(key);
    const request: PictureRequest = { kind: 'picture', forget, view: wanted, height, ratio };
    this.pending = { view: wanted, look, ratio };
    this.worker.postMessage(request);
  }

  /** Whether the thread has all of these; hands over some of those it does not have. */
  private giveAll(lines: readonly Line[]): boolean {
    const missing = lines.map(({ columns }) => ({ key: keyOf(columns), columns })).filter(({ key }) => !this.given.has(key));
    const given = missing.slice(0, LINES_A_FRAME);
    if (given.length === 0) return true;
    for (const { key } of given) this.given.add(key);
    const message: LinesGiven = { kind: 'lines', lines: given };
    this.worker.postMessage(message);
    return given.length === missing.length;
  }
}

/** Whether a picture of one span, moved, shows all that there is to see of another: it is as wide, and no line has more at its edges. */
export function showsAll(drawn: Pick<LineView<unknown>, 'from' | 'to'>, view: LineView): boolean {
  const span = view.to - view.from;
  if (Math.abs(drawn.to - drawn.from - span) > span * 1e-6) return false;
  const slack = span / Math.max(1, view.right - view.left);
  return view.panes.every(({ lines }) =>
    lines.every(({ columns: { x } }) => {
      const [first, last] = [x[0] ?? Infinity, x.at(-1) ?? -Infinity];
      return Math.max(first, view.from) >= drawn.from - slack && Math.min(last, view.to) <= drawn.to + slack;
    }),
  );
}

/** The part of the picture that is a pane's, where its values and its span now lie. */
export function pictureRect(drawn: LinePane<unknown>, now: LinePane<unknown>): { readonly top: number; readonly height: number } {
  const pxPerY = now.height / (now.max - now.min);
  return { top: now.top + (now.max - drawn.max) * pxPerY, height: (drawn.max - drawn.min) * pxPerY };
}

function drawPicture(context: CanvasRenderingContext2D, { view: drawn, bitmap, ratio }: Picture, view: LineView): void {
  const pxPerX = (view.right - view.left) / (view.to - view.from);
  const width = (drawn.to - drawn.from) * pxPerX;
  // Only moved, it stays sharp on whole device pixels.
  const exact = view.left + (drawn.from - view.from) * pxPerX;
  const left = Math.round(exact * ratio) / ratio;
  for (const pane of view.panes) {
    // A pane that opened or closed since has no part in the picture, and moves the others within it.
    const source = drawn.panes.find(({ id }) => id === pane.id);
    if (!source) continue;
    const { top, height } = pictureRect(source, pane);
    context.save();
    context.beginPath();
    context.rect(view.left, pane.top, view.right - view.left, pane.height);
    context.clip();
    context.drawImage(bitmap, 0, source.top * ratio, bitmap.width, source.height * ratio, left, top, width, height);
    context.restore();
  }
}
