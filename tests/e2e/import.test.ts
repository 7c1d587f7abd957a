import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeOpenMetrics } from '../integration/transfer/support/files';
import { choose, expectNoOverflow, go, openWindow, removeFolder, repo, resize, temporaryFolder, type Window } from './support';

const FROM_MS = Date.UTC(2026, 9, 1);
const item = (window: Window, name: string) => window.page.locator(`[data-import="${name}"]`);

let dataDir: string;
let files: string;
let window: Window;
beforeEach(async () => {
  dataDir = await temporaryFolder();
  files = await temporaryFolder();
});
afterEach(async () => {
  await removeFolder(dataDir);
  await removeFolder(files);
});

/** The dialog is the system's: the test answers in its place. */
async function answerDialog({ app }: Window, path: string | null): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] });
  }, path);
}

/** Opens the page of imports; the core's first samples make History more than an empty page. */
async function openImports({ page }: Window): Promise<void> {
  await go(page, 'history');
  await page.getByTestId('export').waitFor();
  await page.getByTestId('import').click();
  await page.getByTestId('import-choose').waitFor();
}

describe('the window', () => {
  beforeEach(async () => {
    window = await openWindow(dataDir);
  });
  afterEach(() => window.app.close());

  it('imports a file that a person chose: progress, interrupted by closing, gone on with, report, and the way to its lines', async () => {
    const path = join(files, 'rack.om');
    writeOpenMetrics(path, 1_500_000, FROM_MS);
    writeFileSync(path, `# HELP bad one bad line\nno measurement\n${readFileSync(path, 'utf8')}`);
    await openImports(window);
    await answerDialog(window, null);
    await window.page.getByTestId('import-choose').click();
    expect(await window.page.locator('[data-import]').count()).toBe(0);
    await answerDialog(window, path);
    await window.page.getByTestId('import-choose').click();
    await item(window, 'rack.om').getByTestId('import-start').click();
    await expect
      .poll(() => item(window, 'rack.om').getByTestId('import-figures').innerText(), { timeout: 30_000 })
      .toMatch(/[\d,]{6,} samples · .* lines read · 1 bad line skipped · [\d,]+ samples\/s/);
    await expectNoOverflow(window.page);
    await window.app.close();

    window = await openWindow(dataDir);
    await openImports(window);
    expect(await item(window, 'rack.om').getAttribute('data-stage')).toBe('stopped');
    const before = Number(
      (await item(window, 'rack.om').getByTestId('import-figures').innerText()).match(/([\d,]+) samples/)?.[1]?.replaceAll(',', ''),
    );
    expect(before).toBeGreaterThan(10_000);
    await item(window, 'rack.om').getByTestId('import-start').click();
    // Closed and opened again meanwhile: it goes on.
    await window.page.getByTestId('import-close').click();
    await window.page.getByTestId('import').click();
    await window.page.locator('[data-import="rack.om"][data-stage="done"]').waitFor({ timeout: 120_000 });
    expect(await item(window, 'rack.om').getByTestId('import-figures').innerText()).toContain('1,500,000 samples');
    await item(window, 'rack.om').getByTestId('import-report').click();
    expect(await window.page.getByTestId('import-report-text').innerText()).toMatch(/^Line 2: .*no measurement$/);
    const target = join(files, 'report.txt');
    const saved = window.app.evaluate(
      ({ session }, to) =>
        new Promise<string>((done) =>
          session.defaultSession.once('will-download', (_, download) => {
            download.setSavePath(to);
            download.once('done', (__, state) => done(`${state} ${download.getFilename()}`));
          }),
        ),
      target,
    );
    await window.page.getByTestId('import-report-save').click();
    expect(await saved).toBe('completed rack.om.report.txt');
    expect(await readFile(target, 'utf8')).toMatch(/^Line 2: /);
    await expectNoOverflow(window.page);

    await window.page.getByTestId('import-open').click();
    await window.page.waitForURL(/#\/history\?from=/);
    // 8 of the 10 GPUs, with the values that were in the file.
    const statistics = window.page.getByTestId('history-statistics');
    await expect.poll(() => statistics.locator('tbody tr').count(), { timeout: 30_000 }).toBe(8);
    await expect.poll(() => statistics.innerText(), { timeout: 30_000 }).toMatch(/gpu0[\s\S]*100\.0[\s\S]*150\.0/);
    expect(window.complaints).toEqual([]);
  }, 240_000);

  it('takes a packed CSV file of others in once its columns were said, and tells a broken one what to do', async () => {
    const csv = join(files, 'meter.csv.gz');
    const rows = Array.from(
      { length: 600 },
      (_, i) => `${new Date(FROM_MS + i * 1000).toISOString()},${(0.4 + (i % 10) / 100).toFixed(2)},a1`,
    );
    writeFileSync(csv, gzipSync(`when,kW,rack\n${rows.join('\n')}\n`));
    await openImports(window);
    await answerDialog(window, csv);
    await window.page.getByTestId('import-choose').click();
    const entry = item(window, 'meter.csv.gz');
    await entry.waitFor();
    expect(await entry.innerText()).toContain('CSV · gzip');
    await entry.getByTestId('import-names').click();
    await choose(entry.locator('[data-map="kW"] [role="combobox"]'), 'gpu.power');
    await entry.locator('[data-map="kW"] input:not([aria-hidden])').first().fill('node/{rack}/gpu0');
    await entry.locator('[data-map="kW"] input:not([aria-hidden])').last().fill('1000');
    await expect.poll(() => entry.getByTestId('import-preview').innerText()).toMatch(/node\/a1\/gpu0\s+GPU power\s+400\.0 W/);
    await expectNoOverflow(window.page);
    await entry.getByTestId('import-start').click();
    await window.page.locator('[data-import="meter.csv.gz"][data-stage="done"]').waitFor({ timeout: 30_000 });
    expect(await entry.getByTestId('import-figures').innerText()).toContain('600 samples');
    await entry.getByTestId('import-open').click();
    await expect
      .poll(() => window.page.getByTestId('history-statistics').innerText(), { timeout: 30_000 })
      .toMatch(/a1[\s\S]*400\.0[\s\S]*490\.0/);

    const cut = join(files, 'cut.om.gz');
    const whole = gzipSync(
      Array.from({ length: 20_000 }, (_, i) => `coldaisle_gpu_power_watts{device="gpu9"} ${(i * 7919) % 997} ${FROM_MS / 1000 + i}\n`).join(
        '',
      ),
    );
    writeFileSync(cut, whole.subarray(0, whole.length - 2000));
    await window.page.getByTestId('import').click();
    await answerDialog(window, cut);
    await window.page.getByTestId('import-choose').click();
    await item(window, 'cut.om.gz').getByTestId('import-start').click();
    await window.page.locator('[data-import="cut.om.gz"][data-stage="failed"]').waitFor({ timeout: 30_000 });
    expect(await item(window, 'cut.om.gz').innerText()).toMatch(/cut off or damaged as a gzip file.*get the file anew/);
    await item(window, 'cut.om.gz').getByTestId('import-forget').click();
    await item(window, 'cut.om.gz').waitFor({ state: 'detached' });
    expect(window.complaints).toEqual([]);
  }, 120_000);

  it('shows how a file is read before it begins, and lets a person change it; tells in their language what was not taken', async () => {
    const path = join(files, 'pdu.csv');
    writeFileSync(
      path,
      Buffer.from(
        `PDU 7\r\nZeit;Wärme [°C];Leistung (kW)\r\n03.04.2026 10:00:00;21,5;1,234\r\n03.04.2026 10:00:15;viel;1,25\r\n`,
        'latin1',
      ),
    );
    await openImports(window);
    await answerDialog(window, path);
    await window.page.getByTestId('import-choose').click();
    const entry = item(window, 'pdu.csv');
    const preview = entry.getByTestId('import-preview');
    await entry.getByTestId('import-zone').fill('Asia/Tokyo');
    await expect.poll(() => preview.innerText()).toMatch(/2026-04-03 10:00:00\.000\+09:00\s+file\/pdu\s+Wärme\s+21\.5 °C/);
    expect(await preview.innerText()).toContain('Line 4: column Wärme [°C]: "viel" is not a number');
    const shown = async (field: string): Promise<string> => (await entry.getByTestId(`import-${field}`).innerText()).trim();
    expect([await shown('separator'), await shown('decimal'), await shown('dates'), await shown('encoding'), await shown('time')]).toEqual([
      'Semicolon (found)',
      'Comma (found)',
      'Day first (found)',
      'Latin-1 (found)',
      'Zeit (found)',
    ]);
    expect(await entry.getByTestId('import-skip').getAttribute('placeholder')).toBe('1 (found)');
    await choose(entry.getByTestId('import-dates'), 'month-first');
    await expect.poll(() => preview.innerText()).toContain('2026-03-04 10:00:00.000+09:00');
    // A clock has no day: the preview says what to give, and with it the file can be begun.
    const clock = join(files, 'clock.csv');
    writeFileSync(clock, 'System Time,Power (W)\n17:09:47,2.5\n');
    await answerDialog(window, clock);
    await window.page.getByTestId('import-choose').click();
    const second = item(window, 'clock.csv');
    await expect.poll(() => second.getByTestId('import-preview').innerText()).toMatch(/clock without a date.*“Begins at”/);
    expect(await second.getByTestId('import-start').isDisabled()).toBe(true);
    await second.getByTestId('import-start-at').fill('2026-11-20');
    await expect
      .poll(() => second.getByTestId('import-preview').innerText())
      .toMatch(/2026-11-20 17:09:47\.000.*\s+file\/clock\s+Power\s+2\.5 W/);
    for (const language of ['en', 'zh-CN'] as const)
      for (const theme of ['dark', 'light'] as const)
        for (const [width, height] of [
          [1280, 800],
          [1920, 1080],
        ] as const) {
          await window.page.getByTestId('import-close').click();
          await go(window.page, 'settings');
          await choose(window.page.getByTestId('setting-ui.theme'), theme);
          await choose(window.page.getByTestId('setting-ui.language'), language);
          await expect.poll(() => window.page.locator('html').getAttribute('lang')).toBe(language);
          await resize(window.app, [width, height]);
          await openImports(window);
          await item(window, 'pdu.csv').getByTestId('import-preview').locator('tbody tr').first().waitFor();
          await item(window, 'pdu.csv').scrollIntoViewIfNeeded();
          await expectNoOverflow(window.page);
          await window.page.screenshot({
            path: join(repo, 'test-results', 'screenshots', `import-${theme}-${language}-${width}x${height}.png`),
          });
        }
    await item(window, 'pdu.csv').getByTestId('import-zone').fill('Asia/Tokyo');
    await expect.poll(() => preview.innerText()).toContain('+09:00');
    await item(window, 'pdu.csv').getByTestId('import-start').click();
    await window.page.locator('[data-import="pdu.csv"][data-stage="done"]').waitFor({ timeout: 30_000 });
    await item(window, 'pdu.csv').getByTestId('import-report').click();
    expect(await window.page.getByTestId('import-report-text').innerText()).toMatch(
      /^第 4 行：列 Wärme \[°C\]：“viel”不是数字: 03\.04\.2026/,
    );
    expect(window.complaints).toEqual([]);
  }, 240_000);
});
