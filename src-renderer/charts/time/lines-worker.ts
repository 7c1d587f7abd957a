import type { LineColumns } from '../../data/columns';
import { drawLines } from './lines';
import type { LinesGiven, PictureAnswer, PictureRequest } from './line-pictures';

// The thread that draws charts of very many lines, so that the window's own thread has its frames to itself. It keeps the
// columns it was once given, and answers each query with a picture.
const held = new Map<number, LineColumns>();
const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d');

self.addEventListener('message', ({ data }: MessageEvent<LinesGiven | PictureRequest>) => {
  if (data.kind === 'lines') for (const { key, columns } of data.lines) held.set(key, columns);
  else drawPicture(data);
});

function drawPicture({ view, height, ratio, forget }: PictureRequest): void {
  for (const key of forget) held.delete(key);
  if (!context) throw new Error('no canvas to draw on');
  canvas.width = Math.round((view.right - view.left) * ratio);
  canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, -view.left * ratio, 0);
  const panes = view.panes.map((pane) => ({
    ...pane,
    lines: pane.lines.flatMap(({ key, ...style }) => {
      const columns = held.get(key);
      return columns ? [{ ...style, columns }] : [];
    }),
  }));
  drawLines(context, { ...view, panes });
  const answer: PictureAnswer = { bitmap: canvas.transferToImageBitmap() };
  self.postMessage(answer, { transfer: [answer.bitmap] });
}
