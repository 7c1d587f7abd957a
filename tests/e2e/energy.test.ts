import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { ModbusDevice } from '../fakes/modbus-device';
import { loadAxe, violationsInBothThemes } from './axe';
import { choose, expectNoOverflow, go, openWindow, removeFolder, repo, temporaryFolder, tileValue, type Window } from './support';

// A meter from the form to its place in the power tree, and what becomes of the PUE.
const folder = join(repo, 'test-results', 'screenshots');

let dataDir: string;
let own: Window;
let page: Page;
let device: ModbusDevice;

/** Shows so many watts, and has counted so many Wh. */
function show(watts: number, wattHours: number): void {
  device.set(100, [watts]);
  device.set(200, [wattHours >>> 16, wattHours & 0xffff]);
}

beforeAll(async () => {
  dataDir = await temporaryFolder();
  await mkdir(folder, { recursive: true });
  device = await ModbusDevice.listen();
  show(450, 100_000);
  own = await openWindow(dataDir);
  page = own.page;
});
afterAll(async () => {
  await own.app.close();
  await device.close();
  await removeFolder(dataDir);
});

const facility = (): Promise<string | null> => page.getByTestId('energy-facility').getAttribute('data-facility');
const rowOf = (name: string) => page.locator(`[data-testid="energy-tree"] tr[data-name="${name}"]`);

it('says what to do first where nothing is placed, and takes a meter that was added by its form', async () => {
  await go(page, 'energy');
  await page.getByTestId('energy-first').waitFor();
  await expectNoOverflow(page);
  await page.screenshot({ path: join(folder, 'energy-empty.png') });
  await page.evaluate(() => (window.location.hash = '#/settings/sources'));
  await page.getByTestId('source-add').click();
  await choose(page.getByTestId('source-kind'), 'modbus');
  await page.getByTestId('source-name').fill('Main meter');
  await page.getByTestId('param-host').fill('127.0.0.1');
  await page.getByTestId('param-port').fill(String(device.port));
  await page.getByTestId('param-everyS').fill('1');
  await choose(page.getByTestId('param-meter'), 'own');
  await page.getByTestId('param-points').fill('power 100 uint16\nenergy.import 200 uint32 unit=Wh');
  await page.getByTestId('source-test').click();
  await page.getByTestId('source-found').waitFor();
  expect(await page.getByTestId('source-found').innerText()).toMatch(/Meter power\s+01C2\s+450\.0 W/);
  await page.getByTestId('source-save').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

it('turns the facility from modelled to measured when the meter is placed at the supply', async () => {
  await go(page, 'energy');
  await page.getByTestId('energy-first').click();
  await rowOf('Utility supply').waitFor();
  await expect.poll(facility, { timeout: 15_000 }).toBe('open');
  await page.getByTestId('energy-place').click();
  await expect.poll(facility, { timeout: 15_000 }).toBe('metered');
  await expect.poll(() => rowOf('Utility supply').innerText(), { timeout: 15_000 }).toMatch(/450/);
  // Taken out again, it is proposed for that place by its name, and one press puts it back.
  await page.getByTestId('energy-editor').getByRole('button', { name: 'Take Main meter out of the tree' }).click();
  const proposal = page.locator('[data-testid="energy-proposals"] tr[data-name="Main meter"]');
  await expect
    .poll(() => proposal.innerText(), { timeout: 15_000 })
    .toMatch(/Utility supply[^]*Its name says utility supply, and the tree has one\./);
  await expectNoOverflow(page);
  await page.screenshot({ path: join(folder, 'energy-proposals.png') });
  await proposal.getByTestId('energy-proposal-accept').click();
  await proposal.waitFor({ state: 'detached' });
  await expect.poll(facility, { timeout: 15_000 }).toBe('metered');
  // A node below it: what it tells of itself is taken off, the rest is unexplained.
  await choose(page.getByTestId('energy-kind'), 'node');
  await page.getByTestId('energy-new-name').fill('This machine');
  await page.getByTestId('energy-add').click();
  await rowOf('This machine').waitFor();
  await choose(page.getByTestId('energy-device'), 'local');
  await expect.poll(() => rowOf('Utility supply').getByTestId('energy-unexplained').innerText(), { timeout: 15_000 }).toMatch(/\d/);
  await page.getByTestId('energy-flow').waitFor();
  // What a curve can be fitted to is said, and that a minute of history makes none.
  await page.getByTestId('energy-refit').click();
  await expect
    .poll(() => page.locator('[data-testid="energy-fit-table"] tr[data-without]').first().innerText(), { timeout: 15_000 })
    .toMatch(/Facility beyond the IT[^]*No curve: Its meters’ history has too few moments[^]*: \d+ of 60\./);
  await expectNoOverflow(page);
  await page.screenshot({ path: join(folder, 'energy-tree.png') });
  await loadAxe(page);
  expect(await violationsInBothThemes(page)).toEqual([]);
  await go(page, 'room');
  await expect.poll(() => page.getByTestId('tile-facility-power').innerText(), { timeout: 15_000 }).toMatch(/450/);
  expect(await page.getByTestId('tile-facility-power').innerText()).not.toContain('modelled');
  expect(await tileValue(page, 'power-ratio')).toBeCloseTo(450 / (await tileValue(page, 'it-power')), 0);
  // The room's flow of power runs on the tree, live and over a time, and by its runs as before.
  await page.getByRole('button', { name: 'Power flow' }).click();
  const flow = page.getByTestId('tree-flow');
  await flow.getByRole('button', { name: 'Table' }).click();
  await expect.poll(() => flow.locator('tbody tr', { hasText: 'Unexplained' }).innerText(), { timeout: 15_000 }).toMatch(/Utility supply/);
  await flow.locator('tbody tr', { hasText: 'This machine' }).waitFor();
  await flow.getByRole('button', { name: 'Table' }).click();
  await expectNoOverflow(page);
  await page.screenshot({ path: join(folder, 'room-flow-tree.png') });
  await choose(page.getByTestId('flow-period'), 'hour');
  // The meter is younger than the room: what it has not told nine tenths of is withheld, and it is named.
  await page.locator('[data-testid="flow-meters-missing"], [data-testid="flow-range"]').first().waitFor();
  await expectNoOverflow(page);
  await page.screenshot({ path: join(folder, 'room-flow-hour.png') });
  expect(await violationsInBothThemes(page)).toEqual([]);
  await choose(page.getByTestId('flow-period'), 'now');
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await page.getByTestId('flow-chart').waitFor();
  await page.getByRole('button', { name: 'Power tree', exact: true }).click();
  await flow.waitFor();
});

it('refuses what cannot be, with the way out', async () => {
  await go(page, 'energy');
  await rowOf('Utility supply').getByRole('button').click();
  await page.getByTestId('energy-remove').click();
  await expect
    .poll(() => page.getByTestId('energy').getByRole('alert').innerText())
    .toContain('Utility supply feeds other places. Move them elsewhere');
});

it('withholds the sums of a meter that breaks and names it, and has all of it after a restart', async () => {
  const { port } = device;
  await device.close();
  await expect.poll(() => page.getByTestId('energy-silent').innerText(), { timeout: 60_000 }).toContain('No reading of Main meter');
  await expect.poll(() => rowOf('Utility supply').innerText()).not.toMatch(/450/);
  await go(page, 'room');
  await expect.poll(() => page.getByTestId('tile-facility-power').innerText(), { timeout: 30_000 }).not.toMatch(/\d W/);
  device = await ModbusDevice.listen(port);
  show(480, 100_020);
  await own.app.close();
  own = await openWindow(dataDir);
  page = own.page;
  await go(page, 'energy');
  await expect.poll(() => rowOf('Utility supply').innerText(), { timeout: 60_000 }).toMatch(/480/);
  expect(await facility()).toBe('metered');
  await rowOf('This machine').waitFor();
});
