import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFakeNvml, compilerNeeded, type FakeNvml } from '../fakes/nvml/build';
import { SelftestResult } from '@shared/model/selftest';
import { ENGLISH } from '../helpers/messages';
import { choose, expectNoOverflow, go, openWindow, removeFolder, repo, temporaryFolder, tileValue, type Window } from './support';

const DAY_S = 86_400;
const STEP_S = 10;
const MACHINE = [
  'gpus 2',
  'throttle 0 4',
  'process 0 4711 20480 87 33 /opt/conda/bin/python',
  'process 0 4712 1536 9 2 /usr/bin/tensorboard',
  'process 1 5001 40960 98 51 /opt/conda/bin/python',
];

/**
 * Two days until an hour ago: on the first only the bit mask, as it was recorded once, on the second the shares too.
 * The power cap holds in one of four samples throughout.
 */
function history(): string {
  const toS = Math.floor(Date.now() / 1000 / STEP_S) * STEP_S - 3_600;
  const lines: string[] = [];
  const write = (family: string, fromS: number, value: (i: number) => number): void => {
    lines.push(`# TYPE ${family} gauge`);
    for (let i = 0, atS = fromS; atS < toS; i++, atS += STEP_S)
      lines.push(`${family}{device="gpu0",label="NVIDIA H100 80GB HBM3",provenance="measured"} ${value(i)} ${atS}`);
  };
  const held = (i: number): boolean => i % 4 === 0;
  write('coldaisle_gpu_clock_events', toS - 2 * DAY_S, (i) => (held(i) ? 4 : 0));
  write('coldaisle_gpu_throttled', toS - DAY_S, (i) => Number(held(i)));
  write('coldaisle_gpu_throttled_sw_power_cap', toS - DAY_S, (i) => Number(held(i)));
  return `${lines.join('\n')}\n# EOF\n`;
}

// The page of one GPU, with all that it can have to show, on a driver's library that stands in for NVIDIA's.
describe('a GPU', compilerNeeded, () => {
  let nvml: FakeNvml;
  let dataDir: string;
  let window: Window;

  beforeAll(async () => {
    nvml = buildFakeNvml(resolve(import.meta.dirname, '../fakes/nvml/nvml.c'));
    await nvml.control(...MACHINE);
    dataDir = await temporaryFolder();
    const file = join(dataDir, 'history.om');
    await writeFile(file, history());
    execFileSync(process.execPath, [join(repo, 'out', 'main', 'headless.js'), 'import', file, '--data', dataDir], { stdio: 'ignore' });
    // The product's own way to the library: by the driver's name for it, in the loader's path.
    process.env['LD_LIBRARY_PATH'] = dirname(nvml.library);
    window = await openWindow(dataDir);
    await window.page.getByTestId('nav-room').waitFor();
    await window.page.evaluate(() => {
      location.hash = '#/device/gpu0';
    });
    await window.page.getByTestId('device').waitFor();
  });
  afterAll(async () => {
    delete process.env['LD_LIBRARY_PATH'];
    await window.app.close();
    nvml.dispose();
    await removeFolder(dataDir);
  });

  const share = async (reason: string): Promise<number> =>
    Number(await window.page.locator(`[data-reason="${reason}"]`).getAttribute('data-share'));

  it('shows the processes that use it, by name, with memory and load', async () => {
    const processes = window.page.getByTestId('device-processes');
    const rows = processes.locator('tbody tr');
    await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(2);
    // The driver tells load from the second time it is asked on.
    await expect.poll(() => rows.first().innerText(), { timeout: 30_000 }).toMatch(/python\s+4711\s+20\.00\s*GiB\s+87/);
    expect(await rows.nth(1).innerText()).toMatch(/tensorboard\s+4712\s+1\.500\s*GiB\s+9/);
  });

  it('says the newest value of every line it draws, also of what is read every 10 s', async () => {
    const values = window.page.locator('.device-chart .legend-value');
    await expect.poll(() => values.count(), { timeout: 30_000 }).toBeGreaterThan(8);
    // Twice over an interval, so that none holds only while it is fresh.
    for (let look = 0; look < 3; look++) {
      await expect.poll(async () => (await values.allInnerTexts()).filter((text) => !/\d/.test(text)), { timeout: 30_000 }).toEqual([]);
      await window.page.waitForTimeout(3_500);
    }
    expect((await values.allInnerTexts()).filter((text) => !/\d/.test(text))).toEqual([]);
  });

  it('shows an error that the driver reports as an event, and that it is gone from its bus', async () => {
    await nvml.control(...MACHINE, 'xid 1 0 79');
    const events = window.page.getByTestId('device-events');
    await events.locator('li[data-severity="critical"]', { hasText: 'XID 79' }).waitFor({ timeout: 30_000 });
    expect(await events.locator('li').first().innerText()).toMatch(/fallen off the bus/);
  });

  it('tells what holds it down now, and for what share of the time over days, also where only the bits were kept', async () => {
    const { page } = window;
    const now = page.locator('[data-metric="gpu.clock.events"] .figure-value');
    const drawn = (what: 'held' | 'some'): Promise<string> =>
      page
        .locator(`[data-reason="sw-power-cap"] .throttle-${what}`)
        .getAttribute('d')
        .then((d) => d ?? '');
    await nvml.control(...MACHINE, 'xid 1 0 79');
    await expect.poll(() => now.innerText(), { timeout: 20_000 }).toBe('power cap');
    await expect.poll(() => share('sw-power-cap'), { timeout: 20_000 }).toBeGreaterThan(0.3);
    await nvml.control(...MACHINE, 'throttle 0 72', 'xid 1 0 79');
    await expect.poll(() => now.innerText(), { timeout: 20_000 }).toBe('hardware slowdown, heat, by hardware');
    await expect.poll(() => share('hw-thermal'), { timeout: 20_000 }).toBeGreaterThan(0);
    // Out to most of a day: buckets of history, whose means are shares.
    const chart = page.locator('.device-chart [tabindex="0"]').first();
    await chart.focus();
    for (let i = 0; i < 16; i++) await chart.press('-');
    await expect.poll(() => drawn('held'), { timeout: 20_000 }).toContain('V0.750');
    expect(await share('sw-power-cap')).toBeCloseTo(0.25, 1);
    expect(await drawn('some')).toBe('');
    // And on to the day of which only the bits are there: nobody can tell its shares.
    for (let i = 0; i < 6; i++) await chart.press('-');
    await expect.poll(() => drawn('some'), { timeout: 20_000 }).not.toBe('');
    expect(await page.getByTestId('throttle-history').innerText()).toContain('some of the time only');
    expect(await share('sw-power-cap')).toBeCloseTo(0.25, 1);
    await page.getByRole('button', { name: 'Return to live' }).click();
    await expectNoOverflow(page);
  });

  it('is sampled as often as is set on its page, and the settings name it', async () => {
    const { page } = window;
    await choose(page.getByTestId('gpu-hz'), '10');
    await go(page, 'settings');
    await expect.poll(() => page.getByTestId('gpu-exceptions').innerText()).toMatch(/gpu0 10 Hz/);
    await page.getByTestId('setting-gpu.hz').fill('11');
    await page.getByTestId('setting-gpu.hz').press('Enter');
    await page.locator('[data-setting="gpu.hz"] [role="alert"]').waitFor();
    await page.getByTestId('setting-gpu.hz').fill('2');
    await page.getByTestId('setting-gpu.hz').press('Enter');
    await page.evaluate(() => {
      location.hash = '#/device/gpu1';
    });
    await expect.poll(() => page.getByTestId('gpu-hz').innerText()).toMatch(/2 Hz/);
  });

  it('withholds IT power when it cannot tell its own, until it is left out by hand, which the figure says', async () => {
    const { page } = window;
    await nvml.control(...MACHINE, 'nopower 1', 'xid 1 0 79');
    await go(page, 'room');
    await page.getByRole('button', { name: 'Time axis', exact: true }).click();
    await expect.poll(() => tileValue(page, 'it-power'), { timeout: 20_000 }).toBeNaN();
    await page.evaluate(() => {
      location.hash = '#/device/gpu1';
    });
    await page.getByTestId('gpu-counted').click();
    await page.getByTestId('device-events').locator('li', { hasText: 'left out of every sum' }).waitFor({ timeout: 30_000 });
    await go(page, 'room');
    await expect.poll(() => tileValue(page, 'it-power'), { timeout: 20_000 }).toBeGreaterThan(300);
    expect(await page.getByTestId('it-power-without').innerText()).toBe('Without gpu1 (left out by hand)');
    await expectNoOverflow(page);

    // The same from the room's page, for any part.
    await page.getByTestId('it-power-parts').click();
    const part = page.getByTestId('power-parts').locator('tr[data-device="gpu1"]');
    const counted = part.getByRole('checkbox', { name: 'gpu1 counts' });
    expect(await part.innerText()).toContain('left out by hand');
    await expectNoOverflow(page);
    await counted.click();
    await page.getByTestId('it-power-silent').waitFor({ state: 'attached' });
    await expect.poll(() => tileValue(page, 'it-power'), { timeout: 20_000 }).toBeNaN();
    expect(await page.getByTestId('it-power-silent').innerText()).toBe('No reading of gpu1');
    await counted.click();
    await expect.poll(() => tileValue(page, 'it-power'), { timeout: 20_000 }).toBeGreaterThan(300);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  });

  it('tells what happened in the language of the window, and in English in the log', async () => {
    const { page } = window;
    const events = page.getByTestId('device-events').locator('li');
    const language = async (chosen: string): Promise<void> => {
      await go(page, 'settings');
      await choose(page.getByTestId('setting-ui.language'), chosen);
      await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(chosen);
    };
    await language('zh-CN');
    for (const [device, wanted] of [
      ['gpu0', 'NVIDIA H100 80GB HBM3：XID 79：GPU 已从总线脱落'],
      ['gpu1', '自此起，其功率由人工设定不计入任何合计'],
    ] as const) {
      await page.evaluate((id) => (location.hash = `#/device/${id}`), device);
      await events.filter({ hasText: wanted }).first().waitFor({ timeout: 30_000 });
      expect((await events.allInnerTexts()).filter((text) => ENGLISH.test(text))).toEqual([]);
      await page.screenshot({ path: join(repo, 'test-results', 'screenshots', `events-${device}-zh-CN.png`) });
    }
    await go(page, 'doctor');
    await page.locator('[data-item="sensor.nvidia"] .doctor-detail', { hasText: '通过 NVML 读取' }).waitFor({ timeout: 30_000 });
    await language('en');
  });

  it('keeps a log that the doctor names and the window opens', async () => {
    const { page } = window;
    await go(page, 'doctor');
    const path = join(dataDir, 'logs', 'core.log');
    await expect.poll(() => page.locator('[data-item="storage.log"] .doctor-detail').innerText(), { timeout: 20_000 }).toBe(path);
    await page.getByTestId('show-log').click();
    expect(await page.getByTestId('log-lines').innerText()).toMatch(/warn gpu0: NVIDIA H100 80GB HBM3: XID 79/);
    expect(await readFile(path, 'utf8')).toMatch(/"text":"Coldaisle \d+\.\d+\.\d+ begins/);
    await expectNoOverflow(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  });

  it('tests the meters from the doctor’s page, and says in words how far each is to be trusted', async () => {
    const { page } = window;
    await nvml.control(...MACHINE, 'curve 0 70000 1000 100', 'curve 1 70000 1000 100', 'gain 1 0');
    await go(page, 'doctor');
    const selftest = page.getByTestId('selftest');
    await choose(page.getByTestId('selftest-seconds'), '3');
    await page.getByTestId('selftest-load').uncheck();
    await page.getByTestId('selftest-start').click();
    await selftest.getByRole('progressbar').waitFor();
    await page.getByTestId('selftest-table').waitFor({ timeout: 60_000 });
    const verdicts = page.getByTestId('selftest-verdict');
    expect(await verdicts.evaluateAll((all) => all.map((one) => one.getAttribute('data-verdict')))).toEqual(['exact', 'counter-still']);
    expect(await verdicts.nth(1).innerText()).toContain('The energy counter stands still while power is drawn');
    expect(await page.getByTestId('selftest-table').locator('tbody tr').count()).toBe(2);
    expect(SelftestResult.parse(JSON.parse(await readFile(join(dataDir, 'selftest-gpu.json'), 'utf8'))).gpus).toHaveLength(2);
    await expectNoOverflow(page);
    await selftest.screenshot({ path: join(repo, 'test-results', 'screenshots', 'selftest.png') });
    await page.getByTestId('selftest-start').click();
    await page.getByTestId('selftest-stop').click();
    await page.getByTestId('selftest-why').filter({ hasText: 'stopped before its end' }).waitFor({ timeout: 20_000 });
  });

  it('complained of nothing', () => {
    expect(window.complaints).toEqual([]);
  });
});
