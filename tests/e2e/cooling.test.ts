import { afterAll, beforeAll, expect, it } from 'vitest';
import { choose, go, openWindow, removeFolder, temporaryFolder, type Window } from './support';

let dataDir: string;
let own: Window;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  own = await openWindow(dataDir, [1280, 800], ['--scenario', 'rack']);
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

it('judges the inlets by the class, and follows what a person says of a sensor, also after a restart', async () => {
  const { page } = own;
  await go(page, 'cooling');
  const zones = page.getByTestId('cooling-zones');
  await zones.locator('li[data-level="recommended"]').waitFor();
  expect(await page.getByTestId('tile-rci-high').getAttribute('data-value')).toBe('100');
  // Its inlets stand a little above 22 °C, the highest that is recommended for class H1.
  await choose(page.getByTestId('thermal-class'), 'H1');
  await zones.locator('li[data-level="allowable"]').waitFor();
  await expect.poll(async () => Number(await page.getByTestId('tile-rci-high').getAttribute('data-value'))).toBeLessThan(100);
  await page.locator('[data-testid="psychrometric-chart"] [data-ready]').waitFor();

  await page.getByTestId('tab-sensors').click();
  const outlet = 'node/node-01/sensor/outlet';
  await choose(page.getByTestId(`role-${outlet}`), 'inlet');
  await page.getByTestId(`zone-of-${outlet}`).fill('Aisle 7');
  await page.getByTestId(`zone-of-${outlet}`).press('Enter');
  await page.getByTestId('tab-now').click();
  await zones.locator('li[data-level="outside"]').filter({ hasText: 'Aisle 7' }).waitFor();

  await page.getByTestId('tab-period').click();
  await page.getByTestId('cooling-excursions').locator('tbody tr').first().waitFor();
  expect(await page.getByTestId('cooling-inlets').locator('tbody tr').count()).toBe(5);

  await page.getByTestId('tab-plant').click();
  await expect.poll(async () => Number(await page.getByTestId('tile-cop').getAttribute('data-value'))).toBeGreaterThan(1);
  await page.getByTestId('cooling-units').locator('tbody tr').first().filter({ hasText: 'CRAH' }).waitFor();
  await page.getByTestId('plant-free-share').filter({ hasText: 'too little' }).waitFor();
  const fans = page.getByTestId('what-ifs').locator('tbody tr').nth(1);
  await fans.filter({ hasText: '±' }).waitFor();
  await page.getByTestId('what-if-supplyK').fill('14');
  await page.getByTestId('what-if-supplyK').press('Enter');
  await page.getByTestId('what-if-limits').filter({ hasText: 'class H1 allows' }).waitFor();

  await page.getByTestId('tab-weather').click();
  const outdoor = page.getByTestId('outdoor-now');
  await page.locator('[data-testid="outdoor-now"][data-basis="sensor"]').waitFor();
  await page.getByTestId('tab-sensors').click();
  await choose(page.getByTestId('role-room/outdoor'), 'none');
  await page.getByTestId('tab-weather').click();
  await page.locator('[data-testid="outdoor-now"][data-basis="none"]').waitFor();
  await page.getByTestId('outdoor-dry-bulb').fill('20');
  await page.getByTestId('outdoor-humidity').fill('50');
  await page.getByTestId('outdoor-humidity').press('Enter');
  await outdoor.filter({ hasText: '13.8' }).and(page.locator('[data-basis="hand"]')).waitFor();
  await page.getByTestId('weather-file').setInputFiles({ name: 'wind.csv', mimeType: 'text/csv', buffer: Buffer.from('time,wind\n') });
  await page.getByTestId('weather-refused').filter({ hasText: 'time, wind' }).waitFor();
  const rows = Array.from(
    { length: 8_760 },
    (_, hour) => `${new Date(Date.UTC(2026, 0, 1, hour)).toISOString()},${hour < 1_000 ? 4 : 25},60`,
  );
  const csv = ['time,temperature,humidity', ...rows, 'later,4,60'].join('\n');
  await page.getByTestId('weather-file').setInputFiles({ name: 'Kiel.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByTestId('weather-year').locator('tbody tr').first().filter({ hasText: '1,000' }).waitFor();
  expect(await page.getByTestId('weather-problems').innerText()).toContain('Line 8762');
  await page.getByTestId('weather-history-file').setInputFiles({
    name: 'typical.epw',
    mimeType: 'text/plain',
    buffer: Buffer.from(
      'LOCATION,Kiel,SH,DEU,TMY3,1,54,10,1,27\n\n\n\n\n\n\nDATA PERIODS,1,1,Data,Sunday,1/1,12/31\n2005,1,1,1,60,?,1,0,90\n',
    ),
  });
  await page.getByTestId('weather-history-refused').filter({ hasText: 'typical.epw, line 1' }).waitFor();
  const startMs = (Math.floor(Date.now() / 3_600_000) - 60) * 3_600_000;
  const past = Array.from({ length: 48 }, (_, hour) => `${new Date(startMs + hour * 3_600_000).toISOString()},${hour % 24},60`);
  await page.getByTestId('weather-history-file').setInputFiles({
    name: 'station.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['time,temperature,humidity', ...past, 'later,4,60'].join('\n')),
  });
  const file = page.locator('[data-weather="file/weather/station"]');
  await file.filter({ hasText: '48' }).waitFor();
  expect(await page.getByTestId('weather-history-problems').innerText()).toContain('Line 50');
  expect(own.complaints).toEqual([]);
  await own.app.close();

  own = await openWindow(dataDir, [1280, 800], ['--scenario', 'rack']);
  await go(own.page, 'cooling');
  await own.page.getByTestId('cooling-zones').locator('li[data-level="outside"]').filter({ hasText: 'Aisle 7' }).waitFor();
  await own.page.getByTestId('tab-weather').click();
  await own.page.getByTestId('weather-year').filter({ hasText: 'Kiel' }).waitFor();
});
