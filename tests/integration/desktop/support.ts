import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { shippedParams } from '../../helpers/training-sources';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import type { CommandInput, CommandName, CommandOutput } from '@shared/contract';
import { holdingWindows } from '../../helpers/launch';

const repo = resolve(import.meta.dirname, '../../..');

/** Root cannot use Chromium's sandbox. */
export const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export function electronProgram(): string {
  const program = process.env['ELECTRON_EXEC_PATH'];
  if (!program) throw new Error('ELECTRON_EXEC_PATH is not set: run these tests through npm test');
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    throw new Error('there is no display: run these tests through npm test');
  if (!existsSync(join(repo, 'out', 'main', 'main.js'))) throw new Error('out/ is not built: npm run build');
  return program;
}

export interface AppFolder {
  /** What Electron is told to open: the built programs with a test's own page in place of the real one. */
  readonly app: string;
  readonly data: string;
  remove(): Promise<void>;
}

export async function appFolder(): Promise<AppFolder> {
  const root = await mkdtemp(join(tmpdir(), 'coldaisle-desktop-'));
  const app = join(root, 'app');
  await mkdir(join(app, 'out'), { recursive: true });
  for (const part of ['main', 'preload']) await cp(join(repo, 'out', part), join(app, 'out', part), { recursive: true });
  await cp(join(import.meta.dirname, 'page'), join(app, 'out', 'renderer'), { recursive: true });
  await cp(join(repo, 'package.json'), join(app, 'package.json'));
  for (const shared of ['node_modules', 'resources']) await symlink(join(repo, shared), join(app, shared), 'dir');
  return { app, data: join(root, 'data'), remove: () => rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }) };
}

export function launchElectron(
  args: readonly string[],
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ElectronApplication> {
  return _electron.launch({
    executablePath: electronProgram(),
    args: [...holdingWindows, ...switches, ...args, '--data', dataDir],
    env: { ...definedEnv(), ...env },
  });
}

export async function launch(
  folder: AppFolder,
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ app: ElectronApplication; page: Page }> {
  const app = await launchElectron([folder.app, ...words], folder.data, env);
  const page = await app.firstWindow();
  await live(page);
  return { app, page };
}

export function definedEnv(): Record<string, string> {
  const env = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(env.filter(([name]) => name !== 'ELECTRON_RUN_AS_NODE'));
}

interface PageState {
  readonly ports: number;
  readonly closed: number;
  readonly frames: number;
  readonly open: boolean;
}
declare global {
  interface Window {
    test: { readonly state: PageState; call(name: string, input: unknown): Promise<unknown>; download(text: string, name: string): void };
  }
}

export const stateOf = (page: Page): Promise<PageState> => page.evaluate(() => ({ ...window.test.state }));

/** Waits until live numbers come over the page's `atLeast`th port. */
export async function live(page: Page, atLeast = 1): Promise<void> {
  await page.waitForFunction((ports) => window.test && window.test.state.ports >= ports && window.test.state.frames > 0, atLeast);
}

export function call<N extends CommandName>(page: Page, name: N, input: CommandInput<N>): Promise<CommandOutput<N>> {
  return page.evaluate(([command, given]) => window.test.call(command, given), [name, input] as const) as Promise<CommandOutput<N>>;
}

/** Starts a run that would take long, and waits until it trains. */
export async function startLongRun(page: Page): Promise<string> {
  const { runId } = await call(page, 'runs.start', {
    recipe: 'mnist-mlp',
    engine: 'wasm',
    params: { ...shippedParams('mnist-mlp'), epochs: 500 },
  });
  await until(async () => (await call(page, 'runs.get', { runId })).progress.step > 0);
  return runId;
}

export interface ProcessIds {
  readonly core: number | undefined;
  readonly trainer: number | undefined;
  readonly all: readonly number[];
}

export async function processes(app: ElectronApplication): Promise<ProcessIds> {
  const metrics = await app.evaluate(({ app: electronApp }) =>
    electronApp.getAppMetrics().map(({ pid, name, serviceName }) => ({ pid, name: `${name} ${serviceName}` })),
  );
  const pidOf = (name: string): number | undefined => metrics.find((entry) => entry.name.includes(name))?.pid;
  return { core: pidOf('Coldaisle core'), trainer: pidOf('Coldaisle trainer'), all: metrics.map(({ pid }) => pid) };
}

/** Whether the process runs; one that has ended but that its parent has not noted yet counts as ended. */
export function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .startsWith('Z');
  } catch {
    return false;
  }
}

/** Polls until it holds; the test's own time limit ends a wait in vain. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((turn) => setTimeout(turn, 100));
}

export const allGone = (pids: readonly number[]): Promise<void> => until(() => !pids.some(isAlive));
