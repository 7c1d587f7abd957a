import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFakeNvml, compilerNeeded, type FakeNvml } from '../fakes/nvml/build';
import { ENGLISH } from '../helpers/messages';
import { choose, expectNoOverflow, go, openWindow, removeFolder, repo, temporaryFolder, type Window } from './support';

const H100 = 'NVIDIA H100 80GB HBM3';

// A card that was there at the last start and is not at this one, on a driver's library that stands in for NVIDIA's.
describe('a GPU that is not there any more', compilerNeeded, () => {
  let nvml: FakeNvml;
  let dataDir: string;
  let window: Window;

  const show = (hash: string): Promise<string> => window.page.evaluate((to) => (location.hash = to), hash);
  const picture = (name: string): Promise<Buffer> =>
    window.page.screenshot({ path: join(repo, 'test-results', 'screenshots', `${name}.png`) });
  const nvidia = () => window.page.locator('[data-item="sensor.nvidia"]');

  beforeAll(async () => {
    nvml = buildFakeNvml(resolve(import.meta.dirname, '../fakes/nvml/nvml.c'));
    dataDir = await temporaryFolder();
    process.env['LD_LIBRARY_PATH'] = dirname(nvml.library);
    await nvml.control('cards 0 1');
    window = await openWindow(dataDir);
    await window.page.getByTestId('nav-room').waitFor();
    await show('#/device/gpu0');
    await window.page.getByTestId('device-identity').waitFor({ timeout: 30_000 });
    await window.app.close();
    await nvml.control('cards 1');
    window = await openWindow(dataDir);
    await window.page.getByTestId('nav-room').waitFor();
  });
  afterAll(async () => {
    delete process.env['LD_LIBRARY_PATH'];
    await window.app.close();
    nvml.dispose();
    await removeFolder(dataDir);
  });

  it('stands first on the page of the room, as a way to its own', async () => {
    const { page } = window;
    const strip = page.getByTestId('troubles');
    await strip.getByRole('link', { name: 'gpu0 is not here' }).waitFor({ timeout: 30_000 });
    expect(await strip.getByRole('heading').innerText()).toMatch(/^\d needs? attention$/);
    await expectNoOverflow(page);
    await picture('gpu-away-room');
    await strip.getByRole('link').first().click();
    await page.waitForURL(/#\/device\/gpu0$/);
  });

  it('is told on its page, with what it is known by, and in the list of its node', async () => {
    const { page } = window;
    await show('#/device/gpu0');
    await expect.poll(() => page.getByTestId('device-state').innerText(), { timeout: 30_000 }).toMatch(/^Not here since /);
    const identity = await page.getByTestId('device-identity').innerText();
    for (const sign of ['GPU-00000000-0000-4000-8000-000000000000', '1652500000000', '0000:1b:00.0']) expect(identity).toContain(sign);
    await page.getByTestId('device-events').locator('li', { hasText: 'known from before and is not here' }).waitFor({ timeout: 30_000 });
    await expectNoOverflow(page);
    await picture('gpu-away');
    await show('#/device/local');
    await expect
      .poll(() => page.getByTestId('node-gpus').locator('tbody tr').first().innerText(), { timeout: 20_000 })
      .toMatch(/^gpu0\s*not here/);
    await picture('gpu-away-node');
  });

  it('is named by the doctor, in both languages', async () => {
    const { page } = window;
    await go(page, 'doctor');
    await expect
      .poll(() => nvidia().locator('.doctor-detail').innerText(), { timeout: 30_000 })
      .toMatch(new RegExp(`^1 × ${H100} \\(gpu1\\), driver .*; not here any more: gpu0 ${H100} \\(last seen .+\\)$`));
    expect(await nvidia().getAttribute('data-state')).toBe('partial');
    await expectNoOverflow(page);
    await picture('gpu-away-doctor');
    await go(page, 'settings');
    await choose(page.getByTestId('setting-ui.language'), 'zh-CN');
    await go(page, 'doctor');
    await expect
      .poll(() => nvidia().locator('.doctor-detail').innerText(), { timeout: 30_000 })
      .toContain(`已不在本机：gpu0 ${H100}（最后一次见到：`);
    expect(
      (await page.locator('.doctor-name, .doctor-detail, .doctor-repair').allInnerTexts()).filter((text) => ENGLISH.test(text)),
    ).toEqual([]);
    await picture('gpu-away-doctor-zh-CN');
    await go(page, 'settings');
    await choose(page.getByTestId('setting-ui.language'), 'en');
  });

  it('is waited for no more once a person says that it was taken out', async () => {
    const { page } = window;
    await show('#/device/gpu0');
    await page.getByRole('button', { name: 'It was taken out for good' }).click();
    await expect.poll(() => page.getByTestId('device-state').innerText(), { timeout: 20_000 }).toMatch(/^Taken out for good, /);
    await go(page, 'doctor');
    await expect.poll(() => nvidia().getAttribute('data-state'), { timeout: 30_000 }).toBe('works');
    await go(page, 'room');
    await page.getByTestId('tile-it-power').waitFor();
    await expect.poll(() => page.getByTestId('troubles').count(), { timeout: 20_000 }).toBe(0);
  });

  it('complained of nothing', () => {
    expect(window.complaints).toEqual([]);
  });
});
