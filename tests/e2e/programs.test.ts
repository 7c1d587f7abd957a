import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { choose, expectNoOverflow, go, openWindow, removeFolder, repo, temporaryFolder, waitForStatus, type Window } from './support';

let dataDir: string;
let cwd: string;
let window: Window;

/** An unusual format, and one that stays until there is a file `go`. */
const TRAIN = `
const fs = require('node:fs');
const say = (round, ppl) => console.log('>> Round ' + round + '/90 perplexity is now ' + ppl + ' bits (best 9.75)');
(async () => {
  for (let i = 1; i <= 40; i++) say(i, (20 - i / 4).toFixed(2));
  for (let i = 1; i <= 8; i++) fs.appendFileSync('eval.log', 'Check ' + i + ' of 8, bleu was at ' + (i * 1.5).toFixed(1) + ' today\\n');
  while (!fs.existsSync('go')) await new Promise((done) => setTimeout(done, 20));
  for (let i = 41; i <= 44; i++) say(i, (20 - i / 4).toFixed(2));
})();
`;

beforeEach(async () => {
  dataDir = await temporaryFolder();
  cwd = await temporaryFolder();
  await writeFile(join(cwd, 'train.cjs'), TRAIN);
  window = await openWindow(dataDir);
});
afterEach(async () => {
  await window.app.close();
  await removeFolder(dataDir);
  await removeFolder(cwd);
});

const waiting = (page: Page): Promise<(string | null)[]> =>
  page.locator('[data-testid="queue"] li').evaluateAll((rows) => rows.map((row) => row.querySelector('a')?.textContent ?? null));

/** Has the machine's own question answered so, as a person would who presses one of its buttons or closes it. */
async function answerConsent(app: ElectronApplication, how: 'Allow' | 'Do Not Start' | 'closed'): Promise<void> {
  await app.evaluate(({ dialog }, answer) => {
    dialog.showMessageBox = ((...args: unknown[]) => {
      const options = args.at(-1) as Electron.MessageBoxOptions;
      Object.assign(globalThis, { asked: options });
      const response = answer === 'closed' ? (options.cancelId ?? -1) : (options.buttons ?? []).indexOf(answer);
      return Promise.resolve({ response, checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
  }, how);
}

/** What it asked since it was looked at last. */
async function asked(app: ElectronApplication): Promise<Electron.MessageBoxOptions | null> {
  return app.evaluate(() => {
    const holder = globalThis as { asked?: Electron.MessageBoxOptions };
    const { asked = null } = holder;
    delete holder.asked;
    return asked;
  });
}

async function startProgram(page: Page, line: string): Promise<void> {
  await go(page, 'training');
  await page.getByTestId('new-program').click();
  await page.getByTestId('program-line').fill(line);
  await page.getByTestId('program-cwd').fill(cwd);
  await page.getByTestId('start-program').click();
}

it('asks on the machine before the first program, takes a closed question for a no, and makes a curve of a number that is marked', async () => {
  const { app, page, complaints } = window;
  for (const how of ['Do Not Start', 'closed'] as const) {
    await answerConsent(app, how);
    await startProgram(page, `"${process.execPath}" train.cjs --lr 0.1`);
    await page.getByText('on this machine it was not allowed').waitFor();
    const question = await asked(app);
    expect(question?.detail).toContain('train.cjs --lr 0.1');
    expect(question?.detail).toContain(cwd);
    expect(question?.buttons?.[question.defaultId ?? -1]).toBe('Do Not Start');
    await page.getByRole('button', { name: 'Cancel' }).click();
  }
  await answerConsent(app, 'Allow');
  await startProgram(page, `"${process.execPath}" train.cjs --lr 0.1`);
  await page.waitForURL(/#\/training\/./);
  expect(await asked(app)).not.toBeNull();
  await waitForStatus(page, 'running');

  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByText('Round 40/90').waitFor();
  await page.getByTestId('mark-pick').click();
  await page.locator('.log-line', { hasText: 'Round 40/90' }).getByRole('button', { name: '10.00: mark' }).click();
  await page.getByTestId('mark-found').waitFor();
  // The step is guessed by the word before it, and can be another number or none.
  expect(await page.getByTestId('mark-step').getAttribute('data-value')).toBe('0');
  expect(await page.getByTestId('mark-found').innerText()).toBe('Found 40 values in 40 lines, from 10 to 19.75.');
  await page.getByTestId('mark-name').fill('perplexity');
  const folder = join(repo, 'test-results', 'screenshots');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, 'mark-dialog.png') });
  await expectNoOverflow(page);
  await page.getByTestId('mark-keep').click();
  await page.getByTestId('mark-rule-perplexity').waitFor();
  await page.screenshot({ path: join(folder, 'mark-rules.png') });

  // A number of a log that the program wrote, likewise.
  await page.getByTestId('log-file').click();
  await page.getByRole('option', { name: /^eval\.log \(\d+\sB\)$/ }).click();
  await page.getByText('Check 8 of 8').waitFor();
  expect(await page.getByTestId('log-time').count()).toBe(0);
  await page.screenshot({ path: join(folder, 'log-file.png') });
  await page.getByTestId('mark-pick').click();
  await page.locator('.log-line', { hasText: 'Check 8 of 8' }).getByRole('button', { name: '12.0: mark' }).click();
  await page.getByTestId('mark-found').waitFor();
  expect(await page.getByTestId('mark-found').innerText()).toBe('Found 8 values in 48 lines, from 1.5 to 12. They stand in eval.log.');
  await page.getByTestId('mark-name').fill('bleu');
  await page.screenshot({ path: join(folder, 'mark-log-file.png') });
  await expectNoOverflow(page);
  await page.getByTestId('mark-keep').click();
  await page.getByTestId('mark-rule-bleu').waitFor();

  await page.getByRole('tab', { name: 'Curves' }).click();
  await page.getByText('perplexity').first().waitFor();
  await page.getByText('bleu').first().waitFor();
  await writeFile(join(cwd, 'go'), '');
  await waitForStatus(page, 'succeeded');
  const runId = decodeURIComponent(/#\/training\/([^?]*)/.exec(page.url())?.[1] ?? '');
  await page.screenshot({ path: join(folder, 'mark-curve.png') });

  // The same program is read so from its start, and nobody is asked again.
  await startProgram(page, `"${process.execPath}" train.cjs --lr 0.2`);
  await page.waitForURL((url) => /#\/training\/./.test(url.href) && !url.href.includes(runId));
  expect(await asked(app)).toBeNull();
  await waitForStatus(page, 'succeeded');
  await page.getByText('perplexity').first().waitFor();
  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByRole('button', { name: 'Remove the rule for perplexity' }).click();
  await page.getByTestId('mark-remove').click();
  await page.getByTestId('mark-rule-perplexity').waitFor({ state: 'detached' });

  // One is under way, and three wait for it.
  for (const name of ['first', 'second', 'third', 'fourth']) {
    await go(page, 'training');
    await page.getByTestId('new-program').click();
    await page.getByTestId('program-line').fill(`"${process.execPath}" -e "setTimeout(() => {}, 600000)"`);
    await page.getByTestId('program-cwd').fill(cwd);
    await page.getByTestId('program-name').fill(name);
    await page.getByTestId('start-program').click();
    await page.waitForURL(/#\/training\/./);
    await page.getByRole('heading', { name, level: 1 }).waitFor();
  }
  await go(page, 'training');
  await expect.poll(() => waiting(page)).toEqual(['second', 'third', 'fourth']);
  expect(await page.getByTestId('queue').innerText()).toContain('Waits its turn: run first');
  await expectNoOverflow(page);
  await page.screenshot({ path: join(folder, 'queue.png') });
  // By the keyboard alone: the focus stays on the button of the row that moves.
  const up = page.getByRole('button', { name: 'Move fourth up' });
  await up.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => waiting(page)).toEqual(['second', 'fourth', 'third']);
  await page.keyboard.press('Enter');
  await expect.poll(() => waiting(page)).toEqual(['fourth', 'second', 'third']);
  await page.getByRole('button', { name: 'Move fourth down' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => waiting(page)).toEqual(['second', 'fourth', 'third']);
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Move fourth down');
  await page.getByRole('textbox', { name: 'Priority of third' }).fill('7');
  await page.keyboard.press('Enter');
  await expect.poll(() => waiting(page)).toEqual(['third', 'second', 'fourth']);
  await page.getByRole('button', { name: 'Take second out of the queue' }).click();
  await expect.poll(() => waiting(page)).toEqual(['third', 'fourth']);
  await page.getByRole('button', { name: 'Start fourth now' }).click();
  await expect.poll(() => waiting(page)).toEqual(['third']);
  await page.locator('tr', { hasText: 'fourth' }).locator('[data-status="running"]').waitFor();

  // All that a file can ask for, a person can: the folded part opens for what is refused.
  await page.getByTestId('new-program').click();
  await page.getByTestId('program-line').fill(`"${process.execPath}" -e "0"`);
  await page.getByTestId('program-cwd').fill(cwd);
  await page.getByTestId('program-name').fill('last');
  await page.getByTestId('program-more').click();
  await page.getByTestId('program-priority').fill('300');
  await page.getByTestId('program-more').click();
  await page.getByTestId('start-program').click();
  await page.getByText('A whole number from -100 to 100 is needed.').waitFor();
  for (const [field, typed] of [
    ['priority', '9'],
    ['delay', '5'],
    ['cost', '1.5'],
    ['memory', '2'],
    ['grace', '20'],
    ['notes', 'After the first.'],
  ] as const)
    await page.getByTestId(`program-${field}`).fill(typed);
  await choose(page.getByTestId('program-signal'), 'SIGINT');
  await choose(page.getByRole('combobox', { name: 'Begins after first' }), 'end');
  await expectNoOverflow(page);
  await page.screenshot({ path: join(folder, 'program-more.png') });
  await page.getByTestId('start-program').click();
  await page.waitForURL(/#\/training\/./);
  await page.getByText('After the first.').waitFor();
  await go(page, 'training');
  await expect.poll(() => waiting(page)).toEqual(['last', 'third']);
  const last = page.locator('[data-testid="queue"] li').first();
  expect(await last.innerText()).toContain('Waits for the end of run first');
  expect(await last.getByRole('button', { name: 'Start last now' }).count()).toBe(0);
  await last.getByRole('button', { name: 'Take last out of the queue' }).click();
  await expect.poll(() => waiting(page)).toEqual(['third']);
  await page.locator('td, th').getByRole('link', { name: 'last' }).click();
  await page.getByTestId('run-again').click();
  for (const [field, kept] of [
    ['priority', '9'],
    ['delay', '5'],
    ['cost', '1.5'],
    ['memory', '2'],
    ['grace', '20'],
    ['notes', 'After the first.'],
  ] as const)
    expect(await page.getByTestId(`program-${field}`).inputValue()).toBe(kept);
  expect(await page.getByTestId('program-signal').getAttribute('data-value')).toBe('SIGINT');
  expect(complaints).toEqual([]);
});

it('imports a folder as a run: what is in it is shown before it is kept, and the run opens', async () => {
  const { app, page, complaints } = window;
  await writeFile(join(cwd, 'log.csv'), 'step,loss,acc\n1,0.5,0.7\n2,0.25,0.9\n');
  const answer = (path: string | null): Promise<void> =>
    app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => {
        process.env['TEST_ASKED'] = chosen ?? 'nothing';
        return Promise.resolve({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] });
      };
    }, path);
  const asked = (): Promise<string | undefined> => app.evaluate(() => process.env['TEST_ASKED']);
  await go(page, 'training');
  await answer(null);
  await page.getByTestId('import-run').click();
  // The question was answered with no folder before it is asked again.
  await expect.poll(asked).toBe('nothing');
  await expect.poll(() => page.getByTestId('import-run').isEnabled()).toBe(true);
  expect(await page.getByRole('dialog').count()).toBe(0);
  await answer(cwd);
  await page.getByTestId('import-run').click();
  await page.getByTestId('import-run-found').waitFor();
  expect(await page.getByTestId('import-run-found').locator('tbody tr').allInnerTexts()).toEqual([
    'acc\t2\t2\t0.9000',
    'loss\t2\t2\t0.2500',
  ]);
  const folder = join(repo, 'test-results', 'screenshots');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, 'import-run.png') });
  await expectNoOverflow(page);
  await page.getByTestId('import-run-keep').click();
  await page.waitForURL(/#\/training\/./);
  await waitForStatus(page, 'succeeded');
  await page.getByText('loss').first().waitFor();
  await page.screenshot({ path: join(folder, 'import-run-kept.png') });
  await go(page, 'training');
  await page.locator('[data-testid^="choose-run-"]').waitFor();
  expect(complaints).toEqual([]);
});
