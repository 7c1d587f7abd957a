import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ElectronApplication } from 'playwright';
import { appFolder, call, launch, launchElectron, type AppFolder } from '../desktop/support';
import { openPage, repo, runToEnd, serve, temporaryFolder } from '../headless/support';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('--scenario without a window', () => {
  it('serves the simulated room and says so in the terminal', async () => {
    const folder = await temporaryFolder();
    stops.push(() => folder.remove());
    const served = await serve(folder.path, ['--scenario', 'rack', '--serve-feeds']);
    await served.running.says(/^Scenario rack: a simulated room; no figure comes from a machine\.$/m);
    const [document] = await served.running.says(/^\{"kind":"modbus","name":"Room incomer".*\}$/m);
    const file = join(folder.path, 'scenarios', 'rack', 'served-feeds', 'room-incomer.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(document));
    await served.running.says(/^IT power [\d.]+ kW \(simulated\) · live power ratio 1\.\d+ \(simulated\)/m);
    const { client, socket } = await openPage(served);
    expect(await client.call('app.info', {})).toMatchObject({ scenario: 'rack' });
    socket.terminate();
    expect((await served.stop()).code).toBe(0);
    expect(await readdir(folder.path)).toEqual(['scenarios']);
    expect(await readdir(join(folder.path, 'scenarios', 'rack'))).not.toContain('served-feeds');
  });

  it('names the scenarios there are when it is given another', async () => {
    const folder = await temporaryFolder();
    stops.push(() => folder.remove());
    const { code, out, err } = await runToEnd(['serve', '--scenario', 'cellar', '--data', folder.path]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('There is no scenario "cellar". There are: hall, rack, workstation.');
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe('--scenario with a window', () => {
  const open = async (folder: AppFolder, words: readonly string[]): Promise<Awaited<ReturnType<typeof launch>>> => {
    const launched = await launch(folder, words);
    const { app }: { app: ElectronApplication } = launched;
    stops.push(() => app.close());
    return launched;
  };

  it('shows the simulated room in a window of its own, beside the real one', async () => {
    const folder = await appFolder();
    stops.push(() => folder.remove());
    const real = await open(folder, []);
    const simulated = await open(folder, ['--scenario', 'workstation']);
    expect(await call(real.page, 'app.info', {})).toMatchObject({ scenario: null, dataDir: folder.data });
    expect(await call(simulated.page, 'app.info', {})).toMatchObject({
      scenario: 'workstation',
      dataDir: `${folder.data}/scenarios/workstation`,
    });
    const { series } = await call(simulated.page, 'series.list', {});
    expect(new Set(series.map(({ provenance }) => provenance))).toEqual(new Set(['simulated']));
  });

  it('says on every page that nothing there is a machine’s', async () => {
    const folder = await temporaryFolder();
    stops.push(() => folder.remove());
    const app = await launchElectron([repo, '--scenario', 'rack'], folder.path);
    stops.push(() => app.close());
    const page = await app.firstWindow();
    const banner = page.getByTestId('scenario-banner');
    for (const hash of ['#/', '#/history', '#/settings', '#/doctor']) {
      await page.evaluate((to) => void (window.location.hash = to), hash);
      await banner.waitFor();
      expect(await banner.innerText()).toContain('rack');
      expect(await banner.getByRole('button').count()).toBe(0);
    }
  });
});
