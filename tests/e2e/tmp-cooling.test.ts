import { afterAll, beforeAll, it } from 'vitest';
import { choose, go, openWindow, removeFolder, resize, temporaryFolder, type Window } from './support';

let dataDir: string;
let own: Window;
beforeAll(async () => {
  dataDir = await temporaryFolder('cool');
  own = await openWindow(dataDir, [1280, 800], ['--scenario', process.env['SCEN'] ?? 'rack']);
}, 60_000);
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});
it('pictures', async () => {
  const { page, app } = own;
  await page.waitForTimeout(8000);
  for (const [theme, language, w, h] of [
    ['dark', 'en', 1280, 800],
    ['light', 'zh-CN', 1920, 1080],
  ] as const) {
    await go(page, 'settings');
    await choose(page.getByTestId('setting-ui.theme'), theme);
    await choose(page.getByTestId('setting-ui.language'), language);
    await resize(app, [w, h]);
    for (const tab of ['now', 'period', 'sensors']) {
      await page.evaluate((to) => (window.location.hash = to), `#/cooling?show=${tab}&last=hour`);
      await page.waitForTimeout(2500);
      await page.screenshot({ path: `/tmp/cool-${tab}-${theme}.png` });
    }
  }
}, 120_000);
