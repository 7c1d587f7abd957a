import { beforeAll, beforeEach, expect, it } from 'vitest';
import { cdp, page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { Emitter } from '@shared/base/emitter';
import { PaneChart } from '../../src-renderer/charts/time/PaneChart';
import { valueAxis } from '../../src-renderer/charts/time/x-axis';
import type { PaneSpec } from '../../src-renderer/charts/time/types';
import type { Columns } from '../../src-renderer/data/columns';
import type { PaneFrame, PaneSource } from '../../src-renderer/data/pane-source';
import { startI18n } from '../../src-renderer/i18n';
import { Format } from '../../src-renderer/i18n/format';
import '../../src-renderer/styles/tokens.css';
import '../../src-renderer/styles/base.css';

const POINTS = 8_000;
const RED = [255, 0, 0] as const;
const BLUE = [0, 0, 255] as const;

const line = (value: number): Columns => ({
  x: Float64Array.from({ length: POINTS }, (_, i) => i),
  y: new Float64Array(POINTS).fill(value),
});
const nothing: Columns = { x: new Float64Array(0), y: new Float64Array(0) };

/** Lines of more points than the page's own thread draws. */
class Lines implements PaneSource {
  private readonly changes = new Emitter<void>('rethrow');
  readonly tracks = new Map([
    ['red', line(5)],
    ['blue', line(5)],
  ]);

  read(): PaneFrame {
    return { from: 0, to: POINTS - 1, tracks: this.tracks, spans: [], isGrowing: false, tolerance: Infinity, edgeTolerance: Infinity };
  }

  onChange(listener: () => void) {
    return this.changes.on(listener);
  }

  set(track: string, columns: Columns): void {
    this.tracks.set(track, columns);
    this.changes.emit();
  }
}

const pane = (id: string, colour: 1 | 2): PaneSpec => ({
  id,
  title: id,
  unit: '',
  tracks: [{ id, label: id, colour, style: 'line', provenance: null }],
  floor: 'zero',
  bounds: [0, 10],
  minRange: 10,
  formatTick: String,
  formatValue: String,
});
const panes = [pane('red', 1), pane('blue', 2)];

function Chart({ source }: { readonly source: Lines }) {
  return (
    <div style={{ width: 600, height: 400, display: 'grid' }}>
      <PaneChart
        label="Two panes"
        panes={panes}
        source={source}
        axis={valueAxis('step', new Format('en'), (text) => text)}
        onGesture={() => undefined}
        renderEmpty={(id) => `nothing of ${id}`}
      />
    </div>
  );
}

const canvas = (): HTMLCanvasElement => document.querySelector<HTMLCanvasElement>('canvas.plot-paths')!;

/** The middle of what is drawn in a colour, as a share of the plot's height; null = nothing is. */
function heightOf([r, g, b]: readonly [number, number, number]): number | null {
  const { width, height } = canvas();
  if (width === 0 || height === 0) return null;
  const copy = new OffscreenCanvas(width, height).getContext('2d')!;
  copy.drawImage(canvas(), 0, 0);
  const { data } = copy.getImageData(Math.floor(width / 3), 0, 1, height);
  const rows = Array.from({ length: height }, (_, row) => row).filter((row) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(row * 4, row * 4 + 4);
    return alpha > 150 && Math.abs(red - r) + Math.abs(green - g) + Math.abs(blue - b) < 160;
  });
  return rows.length === 0 ? null : rows.reduce((sum, row) => sum + row, 0) / rows.length / height;
}

const nextFrame = (): Promise<void> => new Promise((resolve) => void requestAnimationFrame(() => resolve()));

beforeAll(async () => {
  await startI18n('en');
  document.documentElement.style.setProperty('--series-1', '#ff0000');
  document.documentElement.style.setProperty('--series-2', '#0000ff');
});
beforeEach(async () => {
  await page.viewport(800, 600);
});

it('a pane that closes shows no line of another meanwhile, nor is its own shown in another', async () => {
  const source = new Lines();
  await render(<Chart source={source} />);
  await expect.poll(() => heightOf(BLUE)).not.toBeNull();
  expect(heightOf(RED)!).toBeLessThan(0.45);
  expect(heightOf(BLUE)!).toBeGreaterThan(0.5);
  const before = heightOf(RED)!;
  source.set('red', nothing);
  // From the frame in which it closes until the new picture is there, and beyond: its line goes, or is where it was.
  const seen: number[] = [];
  const hasBlue: boolean[] = [];
  for (let frame = 0; frame < 60; frame += 1) {
    await nextFrame();
    seen.push(heightOf(RED) ?? before);
    hasBlue.push(heightOf(BLUE) !== null);
  }
  expect(Math.max(...seen.map((height) => Math.abs(height - before)))).toBeLessThan(0.02);
  expect(hasBlue).not.toContain(false);
  await expect.element(page.getByText('nothing of red')).toBeVisible();
  expect(heightOf(RED)).toBeNull();
  await expect.poll(() => heightOf(BLUE)).not.toBeNull();
});

it('is drawn in the pixels of the screen it is moved to', async () => {
  const source = new Lines();
  await render(<Chart source={source} />);
  await expect.poll(() => heightOf(BLUE)).not.toBeNull();
  const ratio = window.devicePixelRatio;
  const wide = canvas().width;
  await cdp().send('Emulation.setDeviceMetricsOverride', { width: 800, height: 600, deviceScaleFactor: ratio * 2, mobile: false });
  await expect.poll(() => canvas().width).toBe(wide * 2);
  // The lines too, not only the canvas: as thick as they were, in twice as many pixels.
  await expect.poll(() => heightOf(BLUE)).not.toBeNull();
  await cdp().send('Emulation.clearDeviceMetricsOverride');
  await expect.poll(() => window.devicePixelRatio).toBe(ratio);
  await expect.poll(() => canvas().width).toBe(wide);
});

it('takes the colours of another theme at once', async () => {
  const source = new Lines();
  await render(<Chart source={source} />);
  await expect.poll(() => heightOf(BLUE)).not.toBeNull();
  document.documentElement.style.setProperty('--series-2', '#00ff00');
  document.documentElement.dataset['theme'] = 'light';
  await expect.poll(() => heightOf([0, 255, 0])).not.toBeNull();
  expect(heightOf(BLUE)).toBeNull();
  delete document.documentElement.dataset['theme'];
  document.documentElement.style.setProperty('--series-2', '#0000ff');
});
