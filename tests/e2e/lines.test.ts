import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { extent, paneScale } from '../../src-renderer/charts/time/scale';
import { layoutPanes, toPixel } from '../../src-renderer/charts/time/layout';
import type { PaneSpec } from '../../src-renderer/charts/time/types';
import { openWriter } from '../../src-main/core/store/writer';
import { choose, go, openWindow, removeFolder, temporaryFolder, type Window } from './support';

// A chart of so many points that a thread of its own draws it, looked at pixel by pixel: eight lines of known values, each
// of a colour of its own, that change places at a known moment.
const LINES = 8;
const SPAN_MS = 5_900_000;
const BUCKET_MS = 5_000;
const toMs = Math.floor(Date.now() / BUCKET_MS) * BUCKET_MS - 3_600_000;
const fromMs = toMs - SPAN_MS;
const flipMs = fromMs + SPAN_MS / 2;
const wattsAt = (line: number, atMs: number): number => 100 * (atMs < flipMs ? line + 1 : LINES - line);
/** Places across the shown span, some of them close by the moment of the change: as first shown, and moved by a fifth. */
const PLACES = [0.1, 0.3, 0.49, 0.51, 0.6, 0.69, 0.71, 0.95];

let dataDir: string;
let own: Window;
let page: Page;
let hash: string;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  const writer = openWriter({ dataDir });
  const ids = Array.from(
    { length: LINES },
    (_, line) =>
      writer.samples.ensureSeries({ device: `node/known/gpu${line}`, metric: 'gpu.power', provenance: 'simulated', label: 'Known' }).id,
  );
  // Some before what is shown at first, so that there is something to move to.
  for (let atMs = fromMs - SPAN_MS / 2; atMs <= toMs; atMs += 500_000) {
    const times = Array.from({ length: 500 }, (_, i) => atMs + i * 1000).filter((at) => at <= toMs);
    writer.samples.commit(times.flatMap((at) => ids.map((seriesId, line) => ({ seriesId, atMs: at, value: wattsAt(line, at) }))));
  }
  writer.close();
  hash = `#/history?from=${fromMs}&to=${toMs}&series=${ids.join('.')}`;
  own = await openWindow(dataDir);
  page = own.page;
  await page.getByTestId('nav-history').waitFor();
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

/** Where each line is found, and where its values put it, px from the top of the plot: a line and a place each. */
async function found(spanFromMs: number): Promise<{ seen: number[][]; wanted: number[][] }> {
  const plot = page.getByTestId('plot');
  const box = await plot.boundingBox();
  if (!box) throw new Error('the plot is not shown');
  const layout = layoutPanes(Math.floor(box.width), Math.floor(box.height), [{ id: 'W', collapsed: false, rows: LINES }], true);
  const pane = layout.panes[0];
  if (!pane) throw new Error('there is no pane');
  const shown = extent([{ x: [fromMs, toMs], y: [100, 100 * LINES] }], fromMs, toMs);
  const spec: PaneSpec = {
    id: 'W',
    title: '',
    unit: 'W',
    tracks: [],
    floor: 'zero',
    minRange: 1e-3,
    formatTick: String,
    formatValue: String,
  };
  const scale = paneScale(spec, shown, pane.height);
  const places = PLACES.map((share) => {
    const atMs = spanFromMs + share * SPAN_MS;
    const ys = Array.from(
      { length: LINES },
      (_, line) => pane.top + ((scale.max - wattsAt(line, atMs)) / (scale.max - scale.min)) * pane.height,
    );
    return { x: Math.round(toPixel(layout, atMs, spanFromMs, spanFromMs + SPAN_MS)), ys };
  });
  const png = (await plot.screenshot({ scale: 'css' })).toString('base64');
  const seen = await page.evaluate(
    async ({ picture, xs, top, bottom, lines }) => {
      const image = await createImageBitmap(
        new Blob([Uint8Array.from(atob(picture), (sign) => sign.charCodeAt(0))], { type: 'image/png' }),
      );
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
      if (!context) throw new Error('no canvas');
      context.drawImage(image, 0, 0);
      const style = getComputedStyle(document.documentElement);
      const colour = (token: string): number[] => {
        // However it is written, a canvas gives it back with six digits.
        context.fillStyle = style.getPropertyValue(token).trim();
        return [1, 3, 5].map((at) => Number.parseInt(String(context.fillStyle).slice(at, at + 2), 16));
      };
      const ground = colour('--surface');
      const from = (rgb: readonly number[]): number[] => rgb.map((part, i) => part - (ground[i] ?? 0));
      const dot = (one: readonly number[], other: readonly number[]): number =>
        one.reduce((sum, part, i) => sum + part * (other[i] ?? 0), 0);
      const colours = Array.from({ length: lines }, (_, line) => from(colour(`--series-${line + 1}`)));
      const columns = xs.map((x) => {
        const { data } = context.getImageData(x, top, 1, bottom - top);
        // The edge of a line mixes its colour with the ground: which line it is tells the direction, how much of it the length.
        const best = Array.from({ length: lines }, () => ({ y: -1, share: 0.4 }));
        for (let row = 0; row < bottom - top; row += 1) {
          const pixel = from([...data.subarray(row * 4, row * 4 + 3)]);
          const alike = colours.map((wanted) => dot(pixel, wanted) / Math.sqrt(dot(pixel, pixel) * dot(wanted, wanted) || 1));
          const line = alike.indexOf(Math.max(...alike));
          const wanted = colours[line] ?? [];
          const share = dot(pixel, wanted) / dot(wanted, wanted);
          if (share > (best[line]?.share ?? Infinity)) best[line] = { y: top + row, share };
        }
        return best.map(({ y }) => y);
      });
      return Array.from({ length: lines }, (_, line) => columns.map((ys) => ys[line] ?? -1));
    },
    {
      picture: png,
      xs: places.map(({ x }) => x),
      top: Math.ceil(pane.top) + 1,
      bottom: Math.floor(pane.top + pane.height) - 1,
      lines: LINES,
    },
  );
  return { seen, wanted: Array.from({ length: LINES }, (_, line) => places.map(({ ys }) => ys[line] ?? NaN)) };
}

/** Waits until every line is where its values are, within the pixel it is drawn on. */
async function expectDrawn(spanFromMs: number): Promise<void> {
  await page.mouse.move(0, 0);
  await expect
    .poll(
      async () => {
        const { seen, wanted } = await found(spanFromMs);
        return seen.flatMap((ys, line) =>
          ys.flatMap((y, place) =>
            Math.abs(y + 0.5 - (wanted[line]?.[place] ?? NaN)) <= 1.6
              ? []
              : [`line ${line + 1}, place ${place}: ${y} instead of ${wanted[line]?.[place]}`],
          ),
        );
      },
      { timeout: 20_000 },
    )
    .toEqual([]);
}

/** Opens the view, whose address the page forgets once it is shown. */
async function open(): Promise<void> {
  await page.evaluate((to) => (window.location.hash = to), hash);
  await page.getByTestId('plot').waitFor();
}

async function moveBackAFifth(): Promise<void> {
  await page.getByTestId('plot').press('ArrowLeft');
  await page.getByTestId('plot').press('ArrowLeft');
}

it('draws each line where its values are, by a thread of its own, also once it was moved', async () => {
  await open();
  await expectDrawn(fromMs);
  expect(page.workers()).toHaveLength(1);
  await moveBackAFifth();
  await expectDrawn(fromMs - SPAN_MS / 5);
});

it('draws them in the colours of the other theme', async () => {
  const before = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--series-1'));
  await go(page, 'settings');
  await choose(page.getByTestId('setting-ui.theme'), (await page.locator('html').getAttribute('data-theme')) === 'dark' ? 'light' : 'dark');
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--series-1'))).not.toBe(before);
  await open();
  await expectDrawn(fromMs);
  expect(page.workers()).toHaveLength(1);
});

it('draws them itself where that thread cannot start', async () => {
  await page.addInitScript(() => {
    const Real = window.Worker;
    window.Worker = class extends Real {
      constructor() {
        super('./there-is-none.js', { type: 'module' });
      }
    };
  });
  await page.reload();
  await page.getByTestId('nav-history').waitFor();
  await open();
  await expectDrawn(fromMs);
  expect(page.workers()).toEqual([]);
  await moveBackAFifth();
  await expectDrawn(fromMs - SPAN_MS / 5);
});
