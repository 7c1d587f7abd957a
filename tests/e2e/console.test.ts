import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClientMessage, ServerMessage } from '@shared/rpc/wire';
import { serve, type Served } from '../integration/headless/support';
import { writeOpenMetrics } from '../integration/transfer/support/files';
import { go, removeFolder, rowNumbers, startRun, temporaryFolder, tileValue, waitForStatus, watch } from './support';

// The headless console in Debian's Chromium: the same page, over a WebSocket on loopback.
const executablePath = process.env['COLDAISLE_CHROMIUM'] ?? '/usr/bin/chromium';
let dataDir: string;
let served: Served;
let browser: Browser;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  served = await serve(dataDir);
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
});
afterAll(async () => {
  await browser.close();
  await served.stop();
  await removeFolder(dataDir);
});

it('shows nothing but what to do without the token, or with a wrong one', async () => {
  const page = await browser.newPage();
  await page.goto(served.origin);
  await page.locator('[data-testid^="gate-"]').waitFor();
  expect(await page.getByTestId('tile-it-power').count()).toBe(0);
  await page.goto(`${served.origin}/#token=${'0'.repeat(64)}`);
  await page.reload();
  await page.locator('[data-testid^="gate-"]').waitFor();
  expect(await page.getByTestId('tile-it-power').count()).toBe(0);
  await page.close();
});

it('is the same page with the token, and keeps the token out of the address', async () => {
  const complaints: string[] = [];
  const page = await browser.newPage({ locale: 'en-US' });
  watch(page, complaints);
  await page.goto(`${served.origin}/#token=${served.token}`);
  await expect.poll(() => tileValue(page, 'it-power'), { timeout: 30_000 }).toBeGreaterThan(0);
  expect(page.url()).not.toMatch(/token/);

  await startRun(page, { epochs: '2' });
  await waitForStatus(page, 'succeeded');
  expect((await rowNumbers(page.getByTestId('run-result'), /^Test/))[1]).toBeGreaterThan(0.85);

  await go(page, 'history');
  const download = page.waitForEvent('download');
  await page.getByTestId('export').click();
  await page.getByTestId('export-csv').click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  expect((await readFile(await file.path(), 'utf8')).split('\r\n', 1)).toEqual([
    'time_utc,at_ms,device,label,metric,unit,provenance,value',
  ]);
  await page.getByTestId('activity-open').click();
  await page.locator('[data-activity][data-kind="export"][data-state="done"]').waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

it('says that live figures have stopped and why, and goes on when asked', async () => {
  const page = await browser.newPage({ locale: 'en-US' });
  const subscribed = new Map<string, number[]>();
  let fail = (): void => undefined;
  await page.routeWebSocket(/\/rpc$/, (toPage) => {
    const toCore = toPage.connectToServer();
    toPage.onMessage((message) => {
      if (typeof message === 'string') {
        const said = ClientMessage.parse(JSON.parse(message));
        if (said.t === 'subscribe') subscribed.set(said.name, [...(subscribed.get(said.name) ?? []), said.id]);
      }
      toCore.send(message);
    });
    toCore.onMessage((message) => toPage.send(message));
    // What would not change by itself, so that it is not asked for again before this test does.
    const error = { code: 'unauthorized', message: 'taken away' };
    fail = () => {
      const id = subscribed.get('telemetry.live')?.at(-1);
      toPage.send(JSON.stringify({ t: 'end', id, frames: 0, error }));
    };
  });
  await page.goto(`${served.origin}/#token=${served.token}`);
  await expect.poll(() => tileValue(page, 'it-power'), { timeout: 30_000 }).toBeGreaterThan(0);
  expect(await page.getByTestId('stream-stopped').count()).toBe(0);
  const asked = subscribed.get('telemetry.live')?.length ?? 0;
  fail();
  await page.getByTestId('stream-stopped').first().waitFor();
  expect(await page.getByTestId('stream-stopped').first().innerText()).toContain('taken away');
  await page.getByTestId('stream-resume').first().click();
  await page.getByTestId('stream-stopped').first().waitFor({ state: 'detached' });
  expect(subscribed.get('telemetry.live')).toHaveLength(asked + 1);
  await page.close();
});

it('keeps the page of imports that was opened before there was any series', async () => {
  // A database of its own: the run that another test made has series too, which are found by the run.
  const emptyDir = await temporaryFolder();
  const empty = await serve(emptyDir);
  const page = await browser.newPage({ locale: 'en-US' });
  // What names the series of this machine is held back until the test lets it go.
  const held: string[] = [];
  let release = (): void => undefined;
  await page.routeWebSocket(/\/rpc$/, (toPage) => {
    const toCore = toPage.connectToServer();
    let id = -1;
    let holding = true;
    toPage.onMessage((message) => {
      if (typeof message !== 'string') return toCore.send(message);
      const said = ClientMessage.parse(JSON.parse(message));
      if (said.t === 'subscribe' && said.name === 'series.live') id = said.id;
      toCore.send(message);
    });
    toCore.onMessage((message) => {
      if (typeof message !== 'string') return toPage.send(message);
      const said = ServerMessage.parse(JSON.parse(message));
      if (!holding || said.t !== 'frame' || said.id !== id) return toPage.send(message);
      held.push(JSON.stringify({ ...said, seq: said.seq + 1 }));
      if (held.length === 1) toPage.send(JSON.stringify({ ...said, frame: { full: true, series: [], removed: [] } }));
    });
    release = () => {
      holding = false;
      held.forEach((message) => toPage.send(message));
    };
  });
  await page.goto(`${empty.origin}/#token=${empty.token}`);
  await go(page, 'history');
  await page.locator('.history-none').getByTestId('import').click();
  await page.getByTestId('import-choose').waitFor();
  release();
  await page.getByTestId('history-statistics').waitFor({ state: 'attached' });
  expect(await page.getByTestId('import-choose').isVisible()).toBe(true);
  await page.getByTestId('import-close').click();
  await page.getByTestId('import').click();
  await page.getByTestId('import-choose').waitFor();
  await page.close();
  await empty.stop();
  await removeFolder(emptyDir);
});

it('imports a file that the browser sends, in pieces', async () => {
  const path = join(dataDir, 'sent.om');
  writeOpenMetrics(path, 20_000, Date.UTC(2026, 9, 1));
  const page = await browser.newPage({ locale: 'en-US' });
  await page.goto(`${served.origin}/#token=${served.token}`);
  await go(page, 'history');
  await page.getByTestId('import').click();
  await page.getByTestId('import-file').setInputFiles(path);
  await page.getByTestId('import-start').click();
  await page.locator('[data-import="sent.om"][data-stage="done"]').waitFor({ timeout: 60_000 });
  expect(await page.getByTestId('import-figures').innerText()).toContain('20,000 samples');
  // What was sent is gone once it was read.
  expect(readdirSync(join(dataDir, 'imports', 'received'))).toEqual([]);
  await page.close();
});
