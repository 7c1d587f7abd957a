import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFakeNvml, compilerNeeded, type FakeNvml } from '../fakes/nvml/build';
import { expectAccessible, loadAxe, languages, press } from './axe';
import {
  choose,
  expectNoOverflow,
  go,
  openWindow,
  removeFolder,
  repo,
  resize,
  startRun,
  temporaryFolder,
  waitForStatus,
  type Window,
} from './support';

// Real processes of this machine; the driver's library that tells who is on a GPU stands in for NVIDIA's.
describe('the processes', compilerNeeded, () => {
  let nvml: FakeNvml;
  let dataDir: string;
  let own: Window;
  let child: ChildProcess;

  beforeAll(async () => {
    child = spawn(process.execPath, [
      ...['-e', 'const held = Buffer.alloc(300_000_000, 1); setInterval(() => held[0], 1000)', '--'],
      ...['--epochs', '5', '--hf-token', 'hunter2hunter2'],
    ]);
    nvml = buildFakeNvml(resolve(import.meta.dirname, '../fakes/nvml/nvml.c'));
    await nvml.control(
      'gpus 2',
      `process 0 ${child.pid ?? 0} 20480 87 33 /usr/bin/node`,
      `process 1 ${child.pid ?? 0} 1024 50 20 /usr/bin/node`,
      'process 1 4711 40960 98 51 /opt/conda/bin/python',
    );
    dataDir = await temporaryFolder();
    process.env['LD_LIBRARY_PATH'] = dirname(nvml.library);
    own = await openWindow(dataDir);
    await loadAxe(own.page);
  });
  afterAll(async () => {
    delete process.env['LD_LIBRARY_PATH'];
    await own.app.close();
    child.kill('SIGKILL');
    nvml.dispose();
    await removeFolder(dataDir);
  });

  const row = (pid: number | undefined) => own.page.locator(`tr[data-pid="${pid ?? 0}"]`);
  const cell = (pid: number | undefined, column: string): Promise<string> => row(pid).locator(`[data-column="${column}"]`).innerText();

  it('tells of each its user, its command without secrets, what it takes of GPUs and host, and since when it runs', async () => {
    const { page } = own;
    await go(page, 'processes');
    // Nothing was read before; that is no word for there being none.
    expect(await page.getByTestId('processes').innerText()).not.toMatch(/No processes|\b0 processes/);
    await row(child.pid).waitFor({ timeout: 30_000 });
    // The driver is asked about every ten seconds, and tells load from the second time on.
    await expect.poll(() => cell(child.pid, 'gpu-load'), { timeout: 40_000 }).toBe('137');
    expect(await cell(child.pid, 'gpus')).toMatch(/gpu0\s*gpu1/);
    expect(await cell(child.pid, 'gpu-memory')).toMatch(/^21\.00\s*GiB$/);
    expect(await cell(child.pid, 'user')).toBe(userInfo().username);
    expect(await cell(child.pid, 'memory')).toMatch(/^\d{3}\.\d\s*MiB$/);
    await expect.poll(() => cell(child.pid, 'cpu'), { timeout: 20_000 }).toMatch(/^\d+$/);
    expect(await cell(child.pid, 'time')).toMatch(/^\d+:\d\d/);
    expect(await cell(child.pid, 'command')).toContain('--hf-token ***');
    expect(await page.content()).not.toContain('hunter2');
    // One of another container: the driver's word for it is all there is, and nothing that is not known is zero.
    expect(await cell(4711, 'user')).toBe('—');
    expect(await cell(4711, 'cpu')).toBe('—');
    await expectNoOverflow(page);
  });

  it('sorts numbers as numbers, what is missing last either way, and keeps the order', async () => {
    const { page } = own;
    const pids = (): Promise<number[]> =>
      page.locator('tbody tr[data-pid]').evaluateAll((rows) => rows.map((one) => Number(one.getAttribute('data-pid'))));
    await page.getByTestId('sort-pid').click();
    const rising = await pids();
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    expect(await page.locator('th[aria-sort="ascending"]').innerText()).toContain('PID');
    await go(page, 'room');
    await go(page, 'processes');
    await page.locator('th[aria-sort="ascending"]', { hasText: 'PID' }).waitFor();
    await page.getByTestId('columns-processes').click();
    await page.getByTestId('columns-processes-reset').click();
    await page.locator('th[aria-sort="descending"]', { hasText: 'GPU memory' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('filters, sums per user and per run, and shows one whole', async () => {
    const { page, complaints } = own;
    await startRun(page, { epochs: '40' });
    await go(page, 'processes');
    await page.getByTestId('by-runs').click();
    const ofRun = page.locator('tr[data-sum]:not([data-sum=""])');
    await ofRun.waitFor({ timeout: 30_000 });
    const runId = (await ofRun.getAttribute('data-sum')) ?? '';
    await ofRun.getByRole('button').click();
    const link = page.locator(`a[href="#/training/${runId}"]`).first();
    await link.waitFor();
    expect(page.url()).toContain(`run=${runId}`);
    await link.click();
    await page.locator('main[data-page="run"]').waitFor();
    await waitForStatus(page, 'succeeded');

    await page.evaluate(() => (location.hash = '#/device/gpu1'));
    await page.getByTestId('device-processes').getByRole('link').last().click();
    await row(4711).waitFor();
    expect(await page.locator('tbody tr[data-pid]').count()).toBe(2);
    await page.getByTestId('filter-processes').fill('conda PYTHON');
    await expect.poll(() => page.locator('tbody tr[data-pid]').count()).toBe(1);
    await page.getByTestId('filter-processes').fill('');
    await page.getByTestId('by-users').click();
    await page.locator(`tr[data-sum="${userInfo().username}"]`, { hasText: '21.00' }).waitFor();
    await page.getByTestId('by-processes').click();

    await page.getByTestId(`process-${child.pid ?? 0}`).click();
    const facts = page.getByTestId('process-facts');
    expect(await facts.innerText()).toMatch(/gpu0[\s\S]*20\.00 GiB · load 87%[\s\S]*gpu1[\s\S]*load 50%/);
    expect(await facts.locator('code').innerText()).toContain('--epochs 5 --hf-token ***');
    const cut = await page.locator('[data-modal]').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
    expect(cut).toBeLessThanOrEqual(1);
    await page.keyboard.press('Escape');
    await facts.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('writes what it shows to a file', async () => {
    const { page, app } = own;
    const path = join(dataDir, 'processes.csv');
    await app.evaluate(({ session }, to) => session.defaultSession.once('will-download', (_, item) => item.setSavePath(to)), path);
    await page.getByTestId('csv-processes').click();
    await expect.poll(() => readFile(path, 'utf8').catch(() => ''), { timeout: 10_000 }).toContain('GPU memory (B)');
    const lines = (await readFile(path, 'utf8')).split('\r\n');
    expect(lines.find((line) => line.includes('4711'))).toMatch(/,42949672960,/);
  });

  it.each(languages)('is accessible in both themes, in %s', (language) =>
    expectAccessible(own.page, language, [
      ['the processes', '#/processes', 'tr[data-pid]'],
      ['the columns of processes', '#/processes', '[role="menu"]', press('columns-processes')],
      ['the users', '#/processes?by=users', 'tr[data-sum]'],
      ['one process', '#/processes', '[data-testid="process-facts"]', press(`process-${child.pid ?? 0}`)],
    ]),
  );

  it('fits the window in both themes and languages', async () => {
    const { page, app } = own;
    for (const [theme, language, width, height] of [
      ['dark', 'en', 1280, 800],
      ['light', 'zh-CN', 1280, 800],
      ['dark', 'zh-CN', 1920, 1080],
      ['light', 'en', 1920, 1080],
    ] as const) {
      await go(page, 'settings');
      await choose(page.getByTestId('setting-ui.theme'), theme);
      await choose(page.getByTestId('setting-ui.language'), language);
      await resize(app, [width, height]);
      await go(page, 'processes');
      await row(4711).waitFor();
      await expectNoOverflow(page);
      await page.screenshot({ path: join(repo, 'test-results', 'screenshots', `processes-${theme}-${language}-${width}x${height}.png`) });
      await page.getByTestId('by-users').click();
      await expectNoOverflow(page);
      await page.screenshot({
        path: join(repo, 'test-results', 'screenshots', `process-users-${theme}-${language}-${width}x${height}.png`),
      });
      await page.getByTestId('by-processes').click();
    }
  });
  it('adopts one that was started elsewhere, and lets it go alive', async () => {
    const { page } = own;
    await go(page, 'processes');
    await page.getByTestId('process-4711').click();
    await page.getByTestId('adopt-process').click();
    await page.getByText('Start Coldaisle on the host itself').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId(`process-${child.pid ?? 0}`).click();
    await page.getByTestId('adopt-process').click();
    await page.locator('main[data-page="run"]').waitFor();
    await waitForStatus(page, 'running');
    expect(await page.getByTestId('run-standing').innerText()).toContain(`process ${child.pid ?? 0}`);
    expect(await page.getByTestId('pause-run').count()).toBe(0);
    expect(await page.content()).not.toContain('hunter2');
    await expectNoOverflow(page);
    await page.getByTestId('stop-run').click();
    await waitForStatus(page, 'stopped');
    expect(child.exitCode).toBeNull();
  });
});
