import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPage, serve, type Served } from '../integration/headless/support';
import { choose, expectNoOverflow, go, removeFolder, temporaryFolder, watch } from './support';

// A hall of 64 nodes with 8 GPUs each, as an operator walks it: from the map to a node, to one GPU, to its history.
const executablePath = process.env['COLDAISLE_CHROMIUM'] ?? '/usr/bin/chromium';
const complaints: string[] = [];
let dataDir: string;
let served: Served;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  served = await serve(dataDir, ['--scenario', 'hall']);
  browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  page = await browser.newPage({ locale: 'en-US', viewport: { width: 1280, height: 800 } });
  watch(page, complaints);
  await page.goto(`${served.origin}/#token=${served.token}`);
});
afterAll(async () => {
  await browser.close();
  await served.stop();
  await removeFolder(dataDir);
});

const shown = (): Promise<number> => page.locator('.map-tile[data-state="value"]').count();

it('opens as a map on which every GPU has a value and a colour of the scale', async () => {
  await expect.poll(shown, { timeout: 30_000 }).toBe(512);
  expect(await page.locator('.map-rack').count()).toBe(16);
  const tile = page.locator('[data-device="node/node-01/gpu0"]');
  expect(await tile.getAttribute('aria-label')).toMatch(/node-01 · gpu0 .*: \d+%$/);
  expect(await tile.evaluate((element) => element.style.backgroundColor)).toMatch(/^rgb/);
  await expectNoOverflow(page);
});

it('goes on living', async () => {
  const seen = new Set<string>();
  await expect
    .poll(async () => seen.add(await page.locator('.map-tile').evaluateAll((tiles) => tiles.map((tile) => tile.textContent).join())).size, {
      timeout: 20_000,
      interval: 300,
    })
    .toBeGreaterThan(2);
});

it.each([
  ['Power', /\d+ W$/, 'W'],
  ['Temperature', /\d+ °C$/, '°C'],
  ['Memory', /\d+%$/, '%'],
  ['Throttling', /not throttled$|power cap$|heat$|hardware slowdown$/, 'power cap'],
])('is coloured by %s, with its unit in the legend', async (metric, value, legend) => {
  await page.getByRole('button', { name: metric, exact: true }).click();
  const tile = page.locator('[data-device="node/node-33/gpu3"]');
  await expect.poll(() => tile.getAttribute('aria-label'), { timeout: 10_000 }).toMatch(value);
  expect(await page.getByTestId('map-legend').innerText()).toContain(legend);
});

it('names what is under the pointer, is walked by keys, and leads down to one GPU and up again', async () => {
  await page.locator('[data-device="node/node-01/gpu0"]').hover();
  await expect.poll(() => page.locator('.map-tip').innerText()).toMatch(/node-01 · gpu0/);
  await page.locator('[data-device="node/node-01/gpu0"]').focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-device'))).toBe('node/node-01/gpu1');
  // The rack stands as it does in the room: unit 9 above unit 1.
  await page.keyboard.press('ArrowUp');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-device'))).toBe('node/node-02/gpu1');
  expect(await page.locator('.map-body [tabindex="0"]').count()).toBe(1);
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-walk'))).toBe('node/node-02');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/device\/node%2Fnode-02$/);
  await expect.poll(() => page.getByTestId('node-gpus').locator('tbody tr').count()).toBe(8);
  await page.getByTestId('node-gpus').getByRole('link', { name: 'gpu1' }).click();
  await page.waitForURL(/gpu1$/);
  const figures = page.getByTestId('device-figures');
  await expect.poll(() => figures.locator('[data-metric="gpu.power"] .figure-value').innerText(), { timeout: 15_000 }).toMatch(/\d\s*W$/);
  expect(await page.getByTestId('throttle-history').locator('[data-reason]').count()).toBe(5);
  expect(await page.getByTestId('device-processes').innerText()).toMatch(/No process is reported/);
  expect(await page.getByTestId('device-events').innerText()).toMatch(/Events/);
  await page.keyboard.press('Escape');
  await page.waitForURL(/node-02$/);
  // The key is for the page that shows the node, not for the one just left.
  await page.getByTestId('node-gpus').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('map').waitFor();
  // Back where one was.
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-walk'))).toBe('node/node-02');
});

it('tells the power of many nodes by their rows', async () => {
  const parts = page.getByTestId('tile-it-power').locator('.parts-list li');
  expect((await parts.allInnerTexts()).map((text) => text.split('\n')[0])).toEqual(['Row A', 'Row B', 'Row C', 'Row D']);
  // Slices so wide that they are made out.
  const widths = await page.locator('.parts-bar span').evaluateAll((slices) => slices.map((slice) => slice.getBoundingClientRect().width));
  expect(widths).toHaveLength(4);
  expect(Math.min(...widths)).toBeGreaterThan(20);
});

it('finds what is unlike its siblings, in place and the furthest first', async () => {
  await page.getByRole('button', { name: 'Load', exact: true }).click();
  await page.getByRole('button', { name: 'Deviation from siblings' }).click();
  expect(await page.getByTestId('map-legend').innerText()).toContain('× spread');
  // Of one rack, all do the same.
  const idle = page.locator('[data-device="node/node-64/gpu0"]');
  await expect.poll(() => idle.getAttribute('aria-label')).toMatch(/0%: as the median of 32 in rack D4$/);
  expect(await idle.getAttribute('data-outlier')).toBeNull();
  await choose(page.getByTestId('map-scope'), 'room');
  await expect.poll(() => idle.getAttribute('aria-label')).toMatch(/0%: \d+% below the median \d+% of 512 in the room$/);
  expect(await idle.getAttribute('data-outlier')).toBe('');
  expect(await idle.innerText()).toMatch(/^−\d+$/);
  expect(await page.locator('.map-sum[data-group="node/node-64"]').innerText()).toBe('8 outliers');
  await expectNoOverflow(page);
  await page.getByRole('button', { name: 'Furthest first' }).click();
  const cards = page.getByTestId('ranked').locator('li a');
  await expect.poll(() => cards.count()).toBe(48);
  expect(await cards.first().getAttribute('data-device')).toMatch(/^node\/node-(6[1-4]|3[3-9]|4[0-8])\//);
  expect(await cards.first().innerText()).toMatch(/median \d+% of 512 in the room/);
  await page.getByRole('button', { name: 'Show all 512' }).click();
  await expect.poll(() => cards.count()).toBe(512);
  await expectNoOverflow(page);
  await page.getByRole('button', { name: 'By place' }).click();
  await page.getByRole('button', { name: 'Value', exact: true }).click();
  await expect.poll(shown).toBe(512);
});

it('tells on the page of a GPU how far it lies from its siblings, and leads to its history over the same time', async () => {
  await page.evaluate(() => (window.location.hash = '#/device/node%2Fnode-01%2Fgpu0'));
  const figures = page.getByTestId('device-figures');
  await expect.poll(() => figures.locator('p').innerText(), { timeout: 20_000 }).toMatch(/^Difference from the median of \d+ in /);
  for (const [metric, unit] of [
    ['gpu.load', '%'],
    ['gpu.power', ' W'],
    ['gpu.temperature', ' °C'],
    ['gpu.memory.used', '%'],
  ]) {
    const by = figures.locator(`[data-metric="${metric}"] .figure-deviation`);
    await expect.poll(() => by.innerText(), { timeout: 20_000 }).toMatch(new RegExp(`^[+−±]\\d+${unit}$`));
  }
  await figures.locator('[data-metric="gpu.power"] .figure-deviation button').hover();
  await expect.poll(() => page.getByRole('tooltip').innerText()).toMatch(/median|as the/);
  await expectNoOverflow(page);
  await page.mouse.move(0, 0);
  // A readout that is held leads to what it shows, over the time that was shown.
  const plot = page.getByTestId('plot');
  await plot.press('Shift+ArrowLeft');
  await plot.press('Enter');
  await expect.poll(() => page.getByTestId('readout').getAttribute('data-pinned')).toBe('true');
  await expect
    .poll(() => page.getByTestId('readout-history').getAttribute('href'), { timeout: 10_000 })
    .toMatch(/^#\/history\?from=\d{13}&to=\d{13}&s=gpu\.load@node\/node-01\/gpu0/);
  await plot.press('Escape');
  await figures.getByRole('link', { name: 'GPU power', exact: true }).click();
  await page.waitForURL(/#\/history\?from=now-1h&to=now&s=gpu\.power@node\/node-01\/gpu0/);
  await page.locator('.legend-row').first().waitFor();
});

it('leads from the room and its tiles to their history', async () => {
  await go(page, 'room');
  await page.getByTestId('tile-it-power').getByRole('link', { name: 'IT power' }).click();
  await page.waitForURL(/#\/history\?from=now-1h&to=now&s=it\.power@room/);
  await go(page, 'room');
  await page.getByTestId('map-history').click();
  await page.waitForURL(/#\/history\?from=now-1h&to=now&s=gpu\./);
  await expect.poll(() => page.locator('.legend-row').count(), { timeout: 20_000 }).toBe(16);
  await go(page, 'room');
});

it('puts two tiles side by side, by keys, and opens both in History', async () => {
  await page.locator('[data-device="node/node-01/gpu0"]').focus();
  await page.keyboard.press('Space');
  await page.getByText('A1 · node-01 · gpu0 · NVIDIA H100 80GB HBM3 (simulated); now the other one').waitFor();
  await page.locator('[data-device="node/node-64/gpu3"]').focus();
  await page.keyboard.press('Space');
  const compared = page.getByTestId('compare-devices');
  await compared.waitFor();
  expect(await compared.locator('thead th').allInnerTexts()).toEqual([
    'Metric',
    'A1 · node-01 · gpu0',
    'D4 · node-64 · gpu3',
    'Difference',
  ]);
  const cells = compared.locator('[data-metric="gpu.power"] td');
  // Busy beside idle: the difference is the one less the other.
  await expect
    .poll(async () => Number.parseFloat((await cells.nth(2).innerText()).replace('−', '-')), { timeout: 15_000 })
    .toBeLessThan(-100);
  const [one, other, by] = (await cells.allInnerTexts()).map((text) => Number.parseFloat(text.replace('−', '-')));
  expect(other! - one!).toBeCloseTo(by!, 0);
  expect(await compared.locator('.legend-pane').first().locator('.legend-row').count()).toBe(2);
  await expectNoOverflow(page);
  await page.getByTestId('compare-history').click();
  await page.waitForURL(/#\/history\?/);
  expect(page.url()).toContain('s=gpu.power@node/node-01/gpu0');
  expect(page.url()).toContain('s=gpu.power@node/node-64/gpu3');
  await go(page, 'room');
  await page.getByTestId('compare-close').click();
  await expect.poll(shown, { timeout: 15_000 }).toBe(512);
});

it('leaves the focus where it is when another window edits the tree', async () => {
  const other = await openPage(served);
  const rename = async (name: string): Promise<void> => {
    const { revision } = await other.client.call('tree.get', {});
    await other.client.call('tree.edit', { revision, operations: [{ op: 'rename', id: 'node/node-05', name }] });
    await expect.poll(() => page.locator('[data-walk="node/node-05"]').innerText()).toContain(name);
  };
  const focused = (): Promise<string | null> =>
    page.evaluate(() => document.activeElement?.getAttribute('data-walk') ?? document.activeElement?.textContent ?? null);
  await page.locator('[data-device="node/node-05/gpu2"]').focus();
  await rename('fifth');
  expect(await focused()).toBe('node/node-05/gpu2');
  await page.getByRole('button', { name: 'Memory', exact: true }).focus();
  await rename('node-05');
  expect(await focused()).toBe('Memory');
  other.socket.close();
});

it('is arranged by hand, and a change made meanwhile elsewhere is not overwritten unseen', async () => {
  await page.getByRole('button', { name: 'Arrange' }).click();
  await page.locator('[data-place="node/node-01"]').click();
  await page.getByTestId('place-name').fill('first');
  const other = await openPage(served);
  const tree = await other.client.call('tree.get', {});
  await other.client.call('tree.edit', { revision: tree.revision, operations: [{ op: 'rename', id: 'node/node-02', name: 'second' }] });
  other.socket.close();
  await expect.poll(() => page.locator('[data-place="node/node-02"]').innerText()).toMatch(/second/);
  await page.getByTestId('place-save').click();
  await page
    .getByText(/changed meanwhile/)
    .first()
    .waitFor();
  expect(await page.locator('[data-place="node/node-01"]').innerText()).toMatch(/node-01/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => page.locator('[data-place="node/node-01"]').innerText()).toMatch(/first/);
  // Saved by Enter or by the button, the focus stays where it is, and what is typed next is saved over it.
  const focused = (): Promise<string | null | undefined> => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
  await page.getByTestId('place-name').fill('first again');
  await page.getByTestId('place-name').press('Enter');
  await expect.poll(() => page.locator('[data-place="node/node-01"]').innerText()).toMatch(/first again/);
  expect(await focused()).toBe('place-name');
  await page.keyboard.type('!');
  await page.getByTestId('place-save').click();
  await expect.poll(() => page.locator('[data-place="node/node-01"]').innerText()).toMatch(/first again!/);
  expect(await focused()).toBe('place-save');
});

it('picks history by place, compares, and opens a shared view as it was', async () => {
  await go(page, 'history');
  await page.getByRole('searchbox', { name: /search/i }).fill('gpu.temperature A1 node-03');
  await page.getByTestId('picker-all').click();
  await choose(page.getByTestId('compare'), 'before');
  const rows = page.getByTestId('history-statistics').locator('tbody tr');
  await expect.poll(() => rows.count()).toBe(10);
  await page.getByTestId('share').click();
  const link = await page.locator('[role="dialog"] code').innerText();
  await page.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect.poll(() => rows.count()).toBe(0);
  await page.getByTestId('share').click();
  await page.getByTestId('share-given').fill(`http://elsewhere/${link}`);
  await page.getByTestId('share-open').click();
  await expect.poll(() => rows.count()).toBe(10);
  expect(await page.getByTestId('compare').getAttribute('data-value')).toBe('before');
  await expectNoOverflow(page);
});

it('keeps a note where it was put, on the axis of everyone', async () => {
  await page.getByTestId('note').click();
  await page.getByTestId('note-text').fill('filters changed');
  await page.getByTestId('note-save').click();
  await page.locator('.span-label', { hasText: 'filters changed' }).waitFor();
  await page.reload();
  await go(page, 'history');
  await page.getByRole('button', { name: '15 min', exact: true }).click();
  await page.locator('.span-label', { hasText: 'filters changed' }).waitFor();
});

it('puts a note on a device, shows it where that is shown, and lets it be changed and deleted by keys', async () => {
  const shown = page.locator('.span-label', { hasText: 'fan swapped' });
  const pick = async (words: string): Promise<void> => {
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('searchbox', { name: /search/i }).fill(words);
    await page.locator('.picker-row input').first().check();
  };
  await pick('gpu.temperature A1 node-03 gpu0');
  await page.getByTestId('note').click();
  expect(await page.getByTestId('note-device').getAttribute('data-value')).toBe('node/node-03/gpu0');
  await page.getByTestId('note-text').fill('fan swapped');
  await page.getByTestId('note-save').click();
  await shown.waitFor();
  await pick('gpu.temperature A1 node-04 gpu0');
  await shown.waitFor({ state: 'detached' });
  await pick('gpu.temperature A1 node-03 gpu0');
  await shown.waitFor();

  // By keys alone: open, to the note's own buttons, change its place from the GPU to its node.
  await page.getByTestId('note').focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-note="fan swapped"]').getByTestId('note-edit').focus();
  await page.keyboard.press('Enter');
  expect(await page.getByTestId('note-text').inputValue()).toBe('fan swapped');
  await choose(page.getByTestId('note-device'), 'node/node-03');
  await page.getByTestId('note-text').fill('fan swapped twice');
  await page.keyboard.press('Enter');
  await page.locator('.span-label', { hasText: 'fan swapped twice' }).waitFor();
  await pick('gpu.temperature A1 node-03 gpu1');
  await page.locator('.span-label', { hasText: 'fan swapped twice' }).waitFor();

  await page.getByTestId('note').click();
  await page.locator('[data-note="fan swapped twice"]').getByTestId('note-remove').click();
  // The question has the focus.
  await page.keyboard.press('Enter');
  await page.locator('[data-note="fan swapped twice"]').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await shown.waitFor({ state: 'detached' });
});

it('complained of nothing but the refused edit', () => {
  expect(complaints).toEqual([]);
});
