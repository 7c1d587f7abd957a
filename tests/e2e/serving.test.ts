import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectAccessible, loadAxe, paint, press, themes } from './axe';
import {
  expectNoOverflow,
  openWindow,
  removeFolder,
  repo,
  settled,
  startRun,
  temporaryFolder,
  waitForStatus,
  type Window,
} from './support';

const pictures = join(repo, 'test-results', 'screenshots');
/** What follows the last reads English. */
const inTurn = ['zh-CN', 'en'] as const;
let dataDir: string;
let window: Window;

beforeEach(async () => {
  dataDir = await temporaryFolder();
  window = await openWindow(dataDir);
  await mkdir(pictures, { recursive: true });
});
afterEach(async () => {
  await window.app.close();
  await removeFolder(dataDir);
});

/** Draws a one: a stroke from top to bottom. */
async function drawOne(page: Page): Promise<void> {
  await page.getByTestId('try-canvas').waitFor();
  const box = await page.getByTestId('try-canvas').boundingBox();
  if (box === null) throw new Error('no canvas');
  const x = box.x + box.width / 2;
  await page.mouse.move(x, box.y + 40);
  await page.mouse.down();
  for (let y = 50; y <= 240; y += 10) await page.mouse.move(x, box.y + y);
  await page.mouse.up();
  await page.getByTestId('try-scores').waitFor();
}

it('trains, serves, and answers a drawn digit, a typed row and a client on this machine', async () => {
  const { page, complaints } = window;
  await startRun(page, { epochs: '1' });
  await waitForStatus(page, 'succeeded');
  const trained = page.url().split('#')[1] ?? '';
  await loadAxe(page);
  for (const language of inTurn)
    await expectAccessible(page, language, [
      ['a model to be served', `#${trained}`, '[data-testid="serve-confirm"]', press('serve-model')],
    ]);
  await page.evaluate((to) => (document.location.hash = to), `#${trained}`);
  await page.getByTestId('serve-model').click();
  await page.getByTestId('serve-port').fill('70000');
  expect(await page.getByTestId('serve-confirm').isDisabled()).toBe(true);
  await page.getByTestId('serve-port').fill('0');
  await page.getByTestId('serve-name').fill('digits');
  await page.getByTestId('serve-confirm').click();
  // Until then the page is that of the run that trained it.
  await page.getByTestId('serving-facts').waitFor();
  await waitForStatus(page, 'running');
  const address = await page.getByTestId('serving-address').innerText();
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await page.getByTestId('serving-facts').innerText()).toContain(`${address}/v1/models/digits:predict`);

  await page.getByRole('tab', { name: 'Try' }).click();
  await drawOne(page);
  await expect.poll(() => page.getByTestId('try-scores').getAttribute('data-best')).toBe('1');
  await settled(page);
  await expectNoOverflow(page);

  await page.getByRole('button', { name: 'Numbers' }).click();
  await page.getByTestId('try-text').fill('1, 2');
  await page.getByTestId('try-ask').click();
  await expect.poll(() => page.getByTestId('try-refused').innerText()).toContain('has shape [1,2], expected is [-1,784]');
  await page.getByTestId('try-text').fill(Array.from({ length: 784 }, () => '0.1').join(', '));
  await page.getByTestId('try-ask').click();
  await page.getByTestId('try-scores').waitFor();

  const row = Array.from({ length: 784 }, () => 0);
  for (let i = 0; i < 50; i++) {
    const answer = await fetch(`${address}/v1/models/digits:predict`, { method: 'POST', body: JSON.stringify({ instances: [row, row] }) });
    expect(answer.status).toBe(200);
  }
  await page.getByRole('tab', { name: 'Curves' }).click();
  await expect.poll(() => page.getByTestId('serving-figures').innerText()).toContain('Latency, 99th percentile');
  const own = page.url().split('#')[1]?.split('?')[0] ?? '';
  for (const language of inTurn) {
    const taken = (name: string) => async (): Promise<void> => {
      await settled(page);
      await expectNoOverflow(page);
      for (const theme of themes) {
        await paint(page, theme);
        await page.screenshot({ path: join(pictures, `serving-${name}-${theme}-${language}.png`) });
      }
    };
    await expectAccessible(page, language, [
      ['a served model', `#${own}`, '[data-testid="serving-figures"]', taken('run')],
      ['a digit drawn for it', `#${own}?tab=try`, '[data-testid="try-scores"]', (at) => drawOne(at).then(taken('try'))],
    ]);
  }
  await page.evaluate((to) => (document.location.hash = to), `#${own}`);
  await page.getByTestId('stop-run').click();
  await waitForStatus(page, 'succeeded');
  await expect.poll(() => page.getByTestId('serving-figures').innerText()).toMatch(/Predictions\s+104/);
  expect(complaints).toEqual([]);
});
