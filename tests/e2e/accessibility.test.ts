import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedParams } from '../helpers/training-sources';
import { defineService } from '../../src-main/core/service';
import { collectorKinds } from '../../src-main/core/telemetry/collectors';
import { createChildLauncher } from '../../src-main/hosts/child-launcher';
import { LONGEST_ID, longestKind } from '../fakes/longest-machine';
import { fakeTrainer } from '../helpers/fake-trainer';
import { recordLife } from '../helpers/lived-in';
import { recordedFiles, recordedMarks, recordedProgram, recordedSnapshot, recordLog } from '../helpers/recorded-program';
import { recordInto } from '../helpers/test-core';
import { expectAccessible, languages, loadAxe, press, violationsInBothThemes, type Place } from './axe';
import { serveCore, type ServedCore } from './served-core';
import { choose, go, openWindow, removeFolder, temporaryFolder, watch, type Window } from './support';

// Every page, and every dialog and menu opened on it, looked at by axe in both themes. A new one is a line here.

/**
 * By turns in one of the languages: what axe says of a text is the same in either, and that none is missing or empty is held by the
 * tests of the catalogues.
 */
const inTurn = (places: readonly Place[], language: (typeof languages)[number]): Place[] =>
  places.filter((_, i) => i % languages.length === languages.indexOf(language));

const run = (id: string): string => `#/training/${id}`;
/** One of the three ways to look at the room. */
const view =
  (n: number) =>
  (page: Page): Promise<void> =>
    page.locator('main .segmented').first().locator('button').nth(n).click();
const firstBackup = (page: Page) => page.getByTestId('backups').locator('li button, td button').first();

describe('the window, on a simulated rack', () => {
  let dataDir: string;
  let own: Window;
  let places: readonly Place[];

  beforeAll(async () => {
    dataDir = await temporaryFolder();
    const life = recordLife(join(dataDir, 'scenarios', 'rack'));
    recordInto(join(dataDir, 'scenarios', 'rack'), ({ runs, programMarks }) => {
      runs.save(recordedProgram('r9program', life.fromMs));
      programMarks.put(recordedMarks, { name: 'ppl', pattern: 'ppl {value}' }, null);
      runs.putSnapshot('r9program', recordedSnapshot(life.fromMs));
      runs.putFiles('r9program', recordedFiles(life.fromMs));
    });
    recordLog(join(dataDir, 'scenarios', 'rack'), 'r9program', ['Round 1: perplexity 12.5', 'Round 2: perplexity 11']);
    own = await openWindow(dataDir, [1280, 800], ['--scenario', 'rack']);
    const { page } = own;
    page.setDefaultTimeout(20_000);
    await loadAxe(page);
    await page.locator('[data-testid="tile-it-power"]:not([data-value=""])').waitFor();
    await go(page, 'doctor');
    await page.getByTestId('backup-create').click();
    await firstBackup(page).waitFor();
    const history = `#/history?from=${life.fromMs}&to=${life.toMs}&series=${life.seriesIds.join('.')}`;
    const compared = `#/compare?runs=${life.succeeded},${life.failed}`;
    places = [
      ['the room as a map', '#/', '[data-testid="map"]', view(0)],
      ['the room over time', '#/', '.axis', view(1)],
      ['the room’s flow of power', '#/', '[data-testid="flow-chart"]', view(2)],
      ['the room being arranged', '#/', '[data-testid="arrange"]', view(3)],
      ['its parts of power', '#/', '[data-testid="power-parts"]', press('it-power-parts')],
      ['the shortcuts', '#/', '[data-testid="shortcut-list"]', press('open-shortcuts')],
      ['the palette', '#/', '[data-testid="palette-list"] [data-highlighted]', press('open-palette')],
      // A filter is kept: the look before has left one.
      ['the runs', '#/training', '[data-testid^="sort-"]', (at) => at.getByTestId('filter-text').fill('')],
      ['the choice of columns', '#/training', '[role="menu"]', press('columns-runs')],
      ['no run found', '#/training', '.training-runs .empty', (at) => at.getByTestId('filter-text').fill('nothing like it')],
      ['a program to be run', '#/training', '[data-testid="start-program"]', press('new-program')],
      [
        'all that a program can be asked',
        '#/training',
        '[data-testid="program-priority"]',
        async (at) => {
          await at.getByTestId('new-program').click();
          await at.getByTestId('program-more').click();
        },
      ],
      [
        'a folder to be imported',
        '#/training',
        '[data-testid="import-run-found"]',
        async (at) => {
          const logs = await temporaryFolder();
          await writeFile(join(logs, 'log.csv'), 'step,loss\n1,0.5\n');
          await own?.app.evaluate(({ dialog }, folder) => {
            dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [folder] });
          }, logs);
          await at.getByTestId('import-run').click();
        },
      ],
      ['a run that succeeded', run(life.succeeded), '[data-testid="run-result"]'],
      ['the room of a run', `${run(life.succeeded)}?tab=room`, '.run-chart-panes'],
      ['the log of a run', `${run(life.succeeded)}?tab=log`, '.run-log'],
      [
        'a number of a log to be marked',
        `${run('r9program')}?tab=log`,
        '[data-testid="mark-found"]',
        async (at) => {
          await at.getByTestId('mark-pick').click();
          await at.locator('.log-line button').last().click();
        },
      ],
      ['the marked numbers of a program', `${run('r9program')}?tab=log`, '[data-testid="mark-rule-ppl"]', press('mark-pick')],
      ['the bill of a run', `${run(life.succeeded)}?tab=bill`, '[data-testid="run-energy-notes"]'],
      ['the set-up of a run', `${run(life.succeeded)}?tab=setup`, '[data-testid="run-params"]'],
      ['the files that a program made', `${run('r9program')}?tab=setup`, '[data-testid="run-files-table"] tbody tr'],
      ['what a program was started with', `${run('r9program')}?tab=start`, '[data-testid="snapshot-packages"]'],
      ['runs compared', compared, '.legend-row'],
      ['the scalars of a comparison', compared, '[data-testid^="scalar-"]', press('choose-scalars')],
      ['the link of a comparison', compared, '[role="dialog"] code', press('compare-link')],
      ['what compared runs differ in', `${compared}&tab=table`, '[data-testid="compare-table"]'],
      ['compared runs in parallel coordinates', `${compared}&tab=parallel`, '[data-testid="compare-parallel"] canvas'],
      ['no runs to compare', '#/compare', '.empty h1'],
      [
        'runs chosen to compare',
        '#/training',
        '[data-testid="compare-clear"]',
        async (at) => {
          await at.getByTestId('filter-text').fill('');
          await at.locator('[data-testid^="choose-run-"]').first().check();
        },
      ],
      ['the labels of a run', run(life.succeeded), '[data-testid="save-labels"]', press('edit-labels')],
      ['a run that failed', run(life.failed), '[data-testid="run-failure"]'],
      ['a run about to be deleted', run(life.failed), '[data-testid="confirm-delete"]', press('delete-run')],
      ['a run that is none', run('r9gone'), '.empty h1'],
      ['history', history, '[data-testid="history-statistics"]'],
      ['history compared', history, '[data-testid="history-statistics"]', (at) => choose(at.getByTestId('compare'), 'before')],
      ['a time to compare with', history, '[data-testid="compare-moment"]', (at) => choose(at.getByTestId('compare'), 'pick')],
      ['the saved views', history, '[data-testid="views-list"] + button', press('views')],
      ['a view to be saved', history, '[data-testid="view-name"]', press('view-save-as')],
      ['a chart that fills the screen', history, '[data-large="true"]', (at) => at.getByTestId('chart-expand').click()],
      ['the calendar', history, '.rdp-day_button', (at) => at.locator('.moment-field button').first().click()],
      ['its notes', history, '[data-testid="note-save"]', press('note')],
      ['its link', history, '[data-testid="share-open"]', press('share')],
      ['the imports', history, '[data-testid="import-choose"]', press('import')],
      ['the formats of an export', history, '[data-testid="export-csv"]', press('export')],
      ['its thresholds', history, '[data-testid^="threshold-"]', press('thresholds')],
      ['the energy, nothing placed', '#/energy', '[data-testid="energy-first"]'],
      ['the processes, simulated', '#/processes', 'main .empty'],
      ['the cooling', '#/cooling', '[data-testid="cooling-zones"]'],
      ['its racks as a table', '#/cooling', '[data-testid="cooling-zones"] table', press('zones-table')],
      ['the cooling over a period', '#/cooling?show=period', '[data-testid="cooling-inlets"] tbody tr'],
      ['the plant', '#/cooling?show=plant', '[data-testid="what-ifs"] tbody tr'],
      ['the weather', '#/cooling?show=weather', '[data-testid="weather-year"] h2'],
      ['where its sensors are', '#/cooling?show=sensors', '[data-sensor]'],
      ['the data sets', '#/data', '[data-testid="datasets"] tbody tr'],
      ['a data set', '#/data?set=weather-us', '[data-testid="data-columns"] tbody tr'],
      ['the settings', '#/settings', '[data-testid="setting-ui.theme"]'],
      ['an open list', '#/settings', '[role="listbox"]', press('setting-ui.theme')],
      ['the secrets', '#/settings/secrets', '[data-testid="secret-add"]'],
      ['a new secret', '#/settings/secrets', '[data-testid="secret-save"]', press('secret-add')],
      ['the doctor', '#/doctor', '[data-testid="backups"]'],
      ['long work', '#/doctor', '[data-testid="activity"]', press('activity-open')],
      ['the log', '#/doctor', '[data-testid="log-lines"]', press('show-log')],
      ['a backup about to be restored', '#/doctor', '[data-testid="backup-confirm"]', (at) => firstBackup(at).click()],
      ['a GPU', '#/device/node%2Fnode-02%2Fgpu5', '[data-testid="device-events"]'],
      ['a node', '#/device/node%2Fnode-02', '[data-testid="node-gpus"]'],
      ['a device that is none', '#/device/gpu99', '.empty h1'],
      ['an address that is none', '#/nowhere', '.empty h1'],
    ];
  });
  afterAll(async () => {
    await own.app.close();
    await removeFolder(dataDir);
  });

  it.each(languages)('axe finds nothing wrong with any page, dialog or menu in either theme, half of them in %s', async (language) => {
    await expectAccessible(own.page, language, inTurn(places, language));
    expect(own.complaints).toEqual([]);
  });
});

describe('the page in a browser, on a machine with GPUs whose sensors fail', () => {
  let served: ServedCore;
  let browser: Browser;
  let page: Page;
  let running: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    served = await serveCore({
      launcher: createChildLauncher({ program: fakeTrainer('paced') }),
      services: [defineService({ name: 'collectorKinds', needs: [], start: () => [...collectorKinds, longestKind] })],
    });
    const { client } = served.room.open();
    ({ runId: running } = await client.call('runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params: shippedParams('mnist-mlp') }));
    const { revision } = await client.call('powerTree.get', {});
    const grid = { op: 'add', kind: 'utility', name: 'Grid', parent: null, device: null } as const;
    await client.call('powerTree.edit', { revision, operations: [grid] });
    const csv = new TextEncoder().encode('when,watts\n2026-11-20 08:00:00,400\nnonsense\n2026-11-20 08:00:01,401\n');
    const { id } = await client.call('import.beginUpload', { name: 'pdu.csv', bytes: csv.length, modifiedMs: 1 });
    await client.call('import.chunk', { id, offset: 0, bytes: csv });
    browser = await chromium.launch({
      executablePath: process.env['COLDAISLE_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en' });
    page.setDefaultTimeout(20_000);
    watch(page, complaints);
    await page.goto(served.url);
    await page.locator('[data-testid="tile-gpu-load"]:not([data-value=""])').waitFor();
    await loadAxe(page);
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  it.each(languages)('axe finds nothing wrong with what only a machine has in either theme, half of it in %s', async (language) => {
    const places: Place[] = [
      ['the room', '#/', '[data-testid="tile-gpu-load"]'],
      ['its parts of power', '#/', '[data-testid="power-parts"]', press('it-power-parts')],
      ['the energy, a supply placed', '#/energy', '[data-testid="energy-tree"] tbody tr'],
      ['a run under way', run(running), '[data-testid="stop-run"]'],
      ['a run under way in the list', '#/training', '[data-status="running"]'],
      ['the sources', '#/settings/sources', '[data-testid="source-add"]'],
      ['a new source', '#/settings/sources', '[data-testid="source-save"]', press('source-add')],
      ['a file to be imported', '#/history', '[data-import="pdu.csv"]', press('import')],
      ['the processes', '#/processes', 'main table'],
      ['the settings', '#/settings', '[data-testid="setting-ui.theme"]'],
      ['the doctor', '#/doctor', '[data-testid="backups"]'],
      ['a GPU', '#/device/gpu0', '[data-testid="device-events"]'],
      ['a disk', `#/device/${encodeURIComponent(LONGEST_ID)}`, '[data-testid="device-figures"]'],
      ['this node', '#/device/local', '[data-testid="device-figures"]'],
    ];
    await expectAccessible(page, language, inTurn(places, language));
    expect(complaints).toEqual([]);
  });

  it('the page without a token says what to do, and axe finds nothing wrong with it', async () => {
    const other = await browser.newPage();
    await other.goto(new URL('/', served.url).href);
    await other.getByTestId('gate-no-token').waitFor();
    await loadAxe(other);
    expect(await violationsInBothThemes(other)).toEqual([]);
    await other.close();
  });
});
