import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { isFinal, type Run } from '@shared/model/run';
import { MASK } from '@shared/model/secret-name';
import { Redactor } from '../../../src-main/core/secrets/redactor';
import type { ProgramAsked } from '../../../src-main/core/options';
import { giveConsent, readConsent, withdrawConsent } from '../../../src-main/core/programs/consent';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { notOnWindows } from '../../helpers/needs';
import { startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';
import { afterThisTest, temporaryFolder } from '../store/support/stores';

const launcher = createChildLauncher({ program: null });
const shell = (script: string, cwd = temporaryFolder()) => ({ command: 'sh', args: ['-c', script], cwd });

async function core(over: Parameters<typeof startTestCore>[0] = {}): Promise<{ own: TestCore; page: TestPage }> {
  const own = await startTestCore({ launcher, ...over });
  afterThisTest(() => own.close());
  return { own, page: own.open() };
}

const over = ({ client }: TestPage, runId: string): Promise<Run> =>
  vi.waitFor(
    async () => {
      const run = await client.call('runs.get', { runId });
      expect(isFinal(run.status)).toBe(true);
      return run;
    },
    { timeout: 30_000, interval: 100 },
  );

it(
  'a page of a console starts no program until it is allowed on the machine itself, and none after that is taken back',
  notOnWindows,
  async () => {
    const { own, page } = await core();
    const program = shell('true');
    await expect(page.client.call('programs.start', { program })).rejects.toThrow(/allow-programs/);
    expect((await page.client.call('runs.list', {})).total).toBe(0);
    giveConsent(own.dataDir, 'terminal', 1000);
    expect(statSync(join(own.dataDir, 'programs-allowed.json')).mode & 0o077).toBe(0);
    const { runId } = await page.client.call('programs.start', { program });
    expect((await over(page, runId)).status).toBe('succeeded');
    await page.client.call('programs.withdraw', {});
    expect(readConsent(own.dataDir)).toBeNull();
    await expect(page.client.call('programs.start', { program })).rejects.toThrow(/allow-programs/);
    // The person at the terminal needs nobody's word.
    expect((await over(page, await own.core.startProgram({ program }))).status).toBe('succeeded');
  },
);

it('a desktop asks once, with the secrets of the command line masked; a no starts nothing and is asked again', notOnWindows, async () => {
  const asked: ProgramAsked[] = [];
  let answer = false;
  const { own, page } = await core({
    secrets: { redactor: new Redactor(), keyFile: join(temporaryFolder(), 'key'), systemKeys: null },
    askConsent: (first) => {
      asked.push(first);
      return Promise.resolve(answer);
    },
  });
  const program = { command: 'true', args: ['--password', 'hunter22'], cwd: temporaryFolder() };
  await expect(page.client.call('programs.start', { program })).rejects.toThrow(/not allowed/);
  expect(asked).toEqual([{ command: `true --password ${MASK}`, cwd: program.cwd }]);
  answer = true;
  await over(page, (await page.client.call('programs.start', { program })).runId);
  await over(page, (await page.client.call('programs.start', { program })).runId);
  expect(asked).toHaveLength(2);
  expect(readConsent(own.dataDir)?.by).toBe('desktop');
  expect(withdrawConsent(own.dataDir)).toBe(true);
});

it(
  'secrets of the environment reach the program, and no row, log or file of the data folder; a run again has them too',
  notOnWindows,
  async () => {
    const redactor = new Redactor();
    const { own, page } = await core({ secrets: { redactor, keyFile: join(temporaryFolder(), 'key'), systemKeys: null } });
    const secret = 'a-value-that-nobody-may-read';
    const cwd = temporaryFolder();
    const program = shell('printf %s "$HF_TOKEN" >told; echo "the token is $HF_TOKEN, the colour $COLOUR"', cwd);
    const runId = await own.core.startProgram({ program, launch: { env: { HF_TOKEN: secret, COLOUR: 'green' } } });
    const run = await over(page, runId);
    expect(readFileSync(join(cwd, 'told'), 'utf8')).toBe(secret);
    expect(run.launch.env).toEqual({ HF_TOKEN: MASK, COLOUR: 'green' });
    const { lines } = await page.client.call('runs.log', { runId, query: {} });
    expect(lines.map(({ text }) => text).join()).toMatch(/the token is (?!a-value).*, the colour green/);
    for (const entry of readdirSync(own.dataDir, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) expect(readFileSync(join(entry.parentPath, entry.name)).includes(secret), entry.name).toBe(false);
    // Again, as a page repeats it: by the mask.
    giveConsent(own.dataDir, 'terminal', 1000);
    const again = temporaryFolder();
    const next = await page.client.call('programs.start', { program: { ...program, cwd: again }, launch: run.launch });
    await over(page, next.runId);
    expect(readFileSync(join(again, 'told'), 'utf8')).toBe(secret);
    // A mask stands for no secret of another use.
    const launch = { ...run.launch, secrets: { HF_TOKEN: 'sources/pdu/password' } };
    await expect(page.client.call('programs.start', { program, launch })).rejects.toThrow(/HF_TOKEN/);
    // It goes with the last run that has it.
    const kept = async (): Promise<number> => (await page.client.call('secrets.list', {})).secrets.length;
    expect(await kept()).toBe(1);
    await page.client.call('runs.delete', { runId });
    await page.client.call('runs.delete', { runId: next.runId });
    await vi.waitFor(async () => expect(await kept()).toBe(0), { timeout: 20_000 });
  },
);

it(
  'secrets that are typed as arguments reach the program, and no row, log or file of the data folder; a run again has them too',
  notOnWindows,
  async () => {
    const redactor = new Redactor();
    const { own, page } = await core({ secrets: { redactor, keyFile: join(temporaryFolder(), 'key'), systemKeys: null } });
    const [key, token] = ['a-key-that-nobody-may-read', 'a token that nobody may read'];
    const script = 'printf "%s|%s|%s" "$1" "$2" "$3" >told; echo "asked with $2 and $3"; sleep 0';
    const program = (cwd: string, ...args: string[]) => ({ command: 'sh', args: ['-c', script, 'x', ...args], cwd });
    const cwd = temporaryFolder();
    const runId = await own.core.startProgram({ program: program(cwd, '--api-key', key, `--token=${token}`) });
    const run = await over(page, runId);
    expect(readFileSync(join(cwd, 'told'), 'utf8')).toBe(`--api-key|${key}|--token=${token}`);
    expect(JSON.parse(String(run.params['args']))).toEqual(['-c', script, 'x', '--api-key', MASK, `--token=${MASK}`]);
    const { lines } = await page.client.call('runs.log', { runId, query: {} });
    expect(lines.map(({ text }) => text).join()).toMatch(/asked with \[secret env\/.*\] and --token=\[secret env/);
    expect((await page.client.call('runs.snapshot', { runId })).snapshot?.command).toContain(`--api-key ${MASK} --token=${MASK}`);
    for (const entry of readdirSync(own.dataDir, { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        for (const secret of [key, token])
          expect(readFileSync(join(entry.parentPath, entry.name)).includes(secret), entry.name).toBe(false);
    // Again as a page repeats it, by the masks, which stand elsewhere now; one of them is typed anew.
    giveConsent(own.dataDir, 'terminal', 1000);
    const again = async (args: string[]): Promise<string> => {
      const folder = temporaryFolder();
      const next = await page.client.call('programs.start', { program: program(folder, ...args), launch: run.launch });
      await over(page, next.runId);
      return readFileSync(join(folder, 'told'), 'utf8');
    };
    expect(await again([`--token=${MASK}`, '--api-key', MASK])).toBe(`--token=${token}|--api-key|${key}`);
    expect(await again(['--api-key', 'another-key-here', `--token=${MASK}`])).toBe(`--api-key|another-key-here|--token=${token}`);
    await expect(again(['--password', MASK])).rejects.toThrow(/--password has to be typed again/);
    const launch = { ...run.launch, secretArguments: [{ at: 4, shown: MASK, after: '--api-key', secrets: ['sources/pdu/password'] }] };
    await expect(page.client.call('programs.start', { program: program(cwd, '--api-key', MASK), launch })).rejects.toThrow(/typed again/);
    const kept = async (): Promise<number> => (await page.client.call('secrets.list', {})).secrets.length;
    expect(await kept()).toBe(3);
    for (const { id } of (await page.client.call('runs.list', {})).rows) await page.client.call('runs.delete', { runId: id });
    await vi.waitFor(async () => expect(await kept()).toBe(0), { timeout: 20_000 });
  },
);

it('a run is stopped at its time limit, and told so', notOnWindows, async () => {
  const { own, page } = await core();
  const runId = await own.core.startProgram({ program: shell('sleep 60'), launch: { limits: { seconds: 1 } } });
  const run = await over(page, runId);
  expect(run).toMatchObject({ status: 'stopped', control: { stopped: { id: 'message.limit.seconds', params: { limit: 1 } } } });
  expect(existsSync(run.params['cwd'] as string)).toBe(true);
});
