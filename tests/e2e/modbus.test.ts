import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { ModbusDevice } from '../fakes/modbus-device';
import { choose, expectNoOverflow, go, openWindow, removeFolder, repo, temporaryFolder, tileValue, type Window } from './support';

// A meter of the room's supply, from the form to the power ratio.
const folder = join(repo, 'test-results', 'screenshots');

let dataDir: string;
let own: Window;
let page: Page;
let device: ModbusDevice;

/** A SunSpec meter of three phases (model 203) that shows so many watts. */
function show(watts: number): void {
  const words = (text: string, count: number): number[] => {
    const bytes = Buffer.alloc(count * 2);
    bytes.write(text, 'latin1');
    return Array.from({ length: count }, (_, i) => bytes.readUInt16BE(i * 2));
  };
  const common = [1, 66, ...words('Acme', 16), ...words('Meter One', 16), ...words('', 8), ...words('1', 8), ...words('S-42', 16), 1, 0];
  const model = Array<number>(105).fill(0xffff);
  for (const at of [0, 1, 2, 3, 16, 17, 18, 19, 21, 22, 23, 24, 26, 27, 28, 29]) model[at] = 0x8000;
  [model[16], model[20], model[45], model[44], model[52]] = [watts, 0, 0xe240, 1, 0];
  device.set(40_000, [0x5375, 0x6e53, ...common, 203, 105, ...model, 0xffff, 0]);
}

beforeAll(async () => {
  dataDir = await temporaryFolder();
  await mkdir(folder, { recursive: true });
  device = await ModbusDevice.listen();
  show(450);
  own = await openWindow(dataDir);
  page = own.page;
});
afterAll(async () => {
  await own.app.close();
  await device.close();
  await removeFolder(dataDir);
});

const tile = (name: string): Promise<string> => page.getByTestId(`tile-${name}`).innerText();

it('is chosen, tried with its registers shown, and added; the power ratio turns from modelled to measured', async () => {
  await go(page, 'room');
  await page.getByTestId('tile-facility-power').waitFor();
  await expect.poll(() => tile('facility-power'), { timeout: 30_000 }).toContain('modelled');
  await page.evaluate(() => (window.location.hash = '#/settings/sources'));
  await page.getByTestId('source-add').click();
  await choose(page.getByTestId('source-kind'), 'modbus');
  await page.getByTestId('source-name').fill('Main meter');
  await page.getByTestId('param-host').fill('127.0.0.1');
  await page.getByTestId('param-port').fill(String(device.port));
  await page.getByTestId('param-everyS').fill('1');
  await choose(page.getByTestId('param-counts'), 'facility');
  await page.getByTestId('source-test').click();
  const found = page.getByTestId('source-found');
  await found.waitFor();
  expect(await found.innerText()).toMatch(/sensor\/modbus-1\s+Meter power\s+01C2 SF 0000\s+450\.0 W/);
  expect(await found.innerText()).toContain('The device says that it has no value');
  await expectNoOverflow(page);
  await page.screenshot({ path: join(folder, 'modbus-dialog.png') });

  await choose(page.getByTestId('param-meter'), 'own');
  await page.getByTestId('param-points').fill('power 40089 int17');
  await page.getByTestId('source-test').click();
  await expect
    .poll(() =>
      page
        .getByRole('dialog')
        .getByRole('alert')
        .allInnerTexts()
        .then((texts) => texts.join(' ')),
    )
    .toContain('int17: int16');
  await choose(page.getByTestId('param-meter'), 'sunspec');
  await page.getByTestId('source-save').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => page.locator('[data-source="modbus-1"]').getAttribute('data-condition'), { timeout: 15_000 }).toBe('ok');

  await go(page, 'room');
  await expect.poll(() => tile('facility-power'), { timeout: 15_000 }).toMatch(/450\s*W|450\.0\s*W/);
  expect(await tile('facility-power')).not.toContain('modelled');
  expect(await tileValue(page, 'power-ratio')).toBeCloseTo(450 / (await tileValue(page, 'it-power')), 0);
});

it('that falls silent withholds the facility power and says why; it is taken up again when it answers, also after a restart', async () => {
  const { port } = device;
  await device.close();
  await expect.poll(() => tile('facility-power'), { timeout: 60_000 }).not.toMatch(/\d W/);
  expect(await tile('facility-power')).toContain('The reading is too old');
  // What is wrong stands on top and at the sum it is missing in, by its name.
  const silent = page.locator('[data-trouble="silent"]');
  await expect.poll(() => silent.allInnerTexts(), { timeout: 60_000 }).toEqual(['Main meter: no power reading, the sum is withheld']);
  expect(await page.getByTestId('facility-power-silent').innerText()).toMatch(/^No reading of\s+Main meter$/);
  expect(await page.getByTestId('it-power-silent').count()).toBe(0);
  const unanswering = page.locator('[data-trouble="collector"]');
  await expect.poll(() => unanswering.allInnerTexts(), { timeout: 60_000 }).toEqual(['Main meter does not answer']);
  // A tile without a figure has its heading in line with those that have one.
  const headings = await page
    .locator('.tiles > .tile-m h2')
    .evaluateAll((all) => all.map((heading) => heading.getBoundingClientRect().top));
  expect(Math.max(...headings) - Math.min(...headings)).toBeLessThan(0.5);
  await page.screenshot({ path: join(folder, 'modbus-silent.png') });
  device = await ModbusDevice.listen(port);
  show(480);
  await expect.poll(() => tile('facility-power'), { timeout: 60_000 }).toMatch(/480/);

  await own.app.close();
  own = await openWindow(dataDir);
  page = own.page;
  await expect.poll(() => tile('facility-power'), { timeout: 60_000 }).toMatch(/480/);
});
