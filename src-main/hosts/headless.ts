import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertNever } from '@shared/base/assert-never';
import { isAppError } from '@shared/contract/errors';
import { givenRates } from '@shared/model/gpu-settings';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { forgetForeignEnvironment } from '../children/environment';
import { createChildLauncher } from './child-launcher';
import { doctor } from './cli/doctor';
import { helpText } from './cli/help';
import { onStopSignal } from './cli/signals';
import { showStatus } from './cli/status-line';
import { Terminal } from './cli/terminal';
import { train } from './cli/train';
import type { TransferRequest } from './cli/transfer-words';
import { parseWords, UsageError, type Request } from './cli/words';
import { LogFile } from './log-file';
import { defaultDataDir, hostPaths, type HostPaths } from './paths';
import { startConsoleServer, type ConsoleServer } from './serve/console-server';
import { TokenFile } from './serve/token-file';
import type { Core } from '../core/core';

/** Longest that a close may take before the process ends without it, ms. The core's own patience with trainers is shorter. */
const CLOSE_LIMIT_MS = 20_000;
/** After that the process ends even if something is still open, ms. */
const DRAIN_LIMIT_MS = 3_000;

const terminal = new Terminal();

/** The core in this process, and a client of the same contract every page speaks. */
interface Running {
  readonly core: Core;
  readonly client: RpcClient;
  close(): Promise<void>;
}

/** @param serving it stays: all it logs is shown, and runs that wait since the last start begin */
async function startCore(
  paths: HostPaths,
  serving: boolean,
  shown: { scenario?: string | null; gpuHz?: string | null } = {},
): Promise<Running> {
  // What the core's libraries start inherits this process's environment.
  forgetForeignEnvironment();
  // Loaded here, so that words which need no core answer at once.
  const { createCore } = await import('../core/core');
  const logFile = new LogFile(join(paths.logDir, 'core.log'));
  const core = await createCore({
    dataDir: paths.dataDir,
    ...shown,
    resourcesDir: paths.resourcesDir,
    enginesDir: paths.enginesDir,
    readerWorker: paths.readerWorker,
    resumeRuns: serving,
    launcher: createChildLauncher({ program: paths.trainerProgram }),
    host: 'headless',
    version: version(),
    logFile,
    log: (level, text) => {
      logFile.write(level, text);
      if (serving || level !== 'info') log(level, text);
    },
  });
  const client = new RpcClient();
  const [near, far] = createPortPair((error) => log('error', `an answer was not taken: ${String(error)}`));
  client.attach(near);
  core.connect(far);
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    client.dispose();
    await within(core.close(), CLOSE_LIMIT_MS);
    logFile.flush();
  };
  return { core, client, close: () => (closing ??= close()) };
}

function log(level: 'info' | 'warn' | 'error', text: string): void {
  terminal.note(`${new Date().toISOString()} ${level} ${text}`);
}

async function serve(paths: HostPaths, { port, scenario, gpuHz, tokenFile }: Extract<Request, { word: 'serve' }>): Promise<number> {
  const stopped = new Promise<void>((resolve) => onStopSignal(() => resolve()));
  const file = tokenFile === null ? null : new TokenFile(tokenFile);
  const running = await startCore(paths, true, { scenario, gpuHz: gpuHz ?? givenRates(process.env) });
  try {
    const server = await startConsoleServer({ port, rendererDir: paths.rendererDir, connect: (page) => running.core.connect(page), log });
    try {
      if (scenario !== null) terminal.line(`Scenario ${scenario}: a simulated room; no figure comes from a machine.`);
      file?.write(server.token);
      sayWhere(server, file);
      const status = showStatus(running.client, terminal);
      await stopped;
      status.dispose();
      terminal.setLive('');
      terminal.note('Closing …');
    } finally {
      file?.remove();
      await server.close();
    }
  } finally {
    await running.close();
  }
  return 0;
}

/** The address, and the token unless it would land in a log or a pipe: whoever reads those could open the console. */
function sayWhere({ address, token }: ConsoleServer, file: TokenFile | null): void {
  if (file !== null) {
    terminal.line(`Console: ${address}#token=…, the token is in ${file.path}`);
  } else if (process.stdout.isTTY) {
    terminal.line(`Console: ${address}#token=${token}`);
  } else {
    terminal.line(`Console: ${address}#token=…`);
    terminal.note('The token is shown on a terminal only. To have it here, name a file for it: --token-file FILE.');
  }
}

async function trainHere(paths: HostPaths, request: Extract<Request, { word: 'train' }>): Promise<number> {
  let stop = (): void => undefined;
  let asked = false;
  onStopSignal(() => {
    asked = true;
    stop();
  });
  const running = await startCore(paths, false);
  try {
    if (asked) return 130;
    return await train(running.client, terminal, { recipe: request.recipe, engine: request.engine, params: request.params }, (ask) => {
      stop = ask;
      if (asked) ask();
    });
  } finally {
    await running.close();
  }
}

/** While another Coldaisle has the data folder, the machine can still be looked at, from an empty folder. */
async function doctorHere(paths: HostPaths): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'coldaisle-doctor-'));
  try {
    const running = await startCore(paths, false).catch(async (error: unknown) => {
      if (!isAppError(error, 'conflict')) throw error;
      terminal.note(`${error.message} The machine is examined without it.`);
      const { copyDevices } = await import('../core/store/copy-devices');
      copyDevices(paths.dataDir, folder);
      return startCore({ ...paths, dataDir: folder, logDir: join(folder, 'logs') }, false);
    });
    try {
      await doctor(running.client, terminal);
    } finally {
      await running.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 0;
}

/** Needs no core: an app that runs meanwhile finds the engine when it next looks. */
async function installHere(paths: HostPaths): Promise<number> {
  const abort = new AbortController();
  onStopSignal(() => abort.abort());
  const { installCudaEngine } = await import('../core/jobs/engine-install');
  await installCudaEngine({
    enginesDir: paths.enginesDir,
    resourcesDir: paths.resourcesDir,
    log: (line) => terminal.line(line),
    signal: abort.signal,
  });
  return 0;
}

/** Works on the data folder itself, without a core: nothing is metered meanwhile. Loaded here, as the core is. */
async function transferHere(paths: HostPaths, request: TransferRequest): Promise<number> {
  const abort = new AbortController();
  onStopSignal(() => abort.abort());
  const { transfer } = await import('./cli/transfer');
  return transfer(request, { dataDir: paths.dataDir, readerWorker: paths.readerWorker, terminal, signal: abort.signal });
}

async function run(request: Request): Promise<number> {
  switch (request.word) {
    case 'help':
      terminal.line(helpText(version(), defaultDataDir()));
      return 0;
    case 'version':
      terminal.line(version());
      return 0;
    case 'serve':
      return serve(hostPaths(__dirname, request.dataDir, null, request.scenario), request);
    case 'train':
      return trainHere(hostPaths(__dirname, request.dataDir, null), request);
    case 'doctor':
      return doctorHere(hostPaths(__dirname, request.dataDir, null));
    case 'engine':
      return installHere(hostPaths(__dirname, request.dataDir, null));
    case 'import':
    case 'export':
    case 'backup':
    case 'restore':
      return transferHere(hostPaths(__dirname, request.dataDir, null), request);
    default:
      return assertNever(request);
  }
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}

/** Waits for a close, but not for ever. */
async function within(close: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      terminal.note(`The core did not close within ${limitMs / 1000} s; ending without it.`);
      resolve();
    }, limitMs);
  });
  await Promise.race([close, limit]).finally(() => clearTimeout(timer));
}

/** One clear line for what a person can do something about; the whole story for a fault of ours. */
function failure(error: unknown): { text: string; code: number } {
  if (error instanceof UsageError) return { text: `${error.message} Help: npm start -- --help`, code: 2 };
  if (isAppError(error)) return { text: error.message, code: 1 };
  const { code, syscall, port } = error as NodeJS.ErrnoException & { port?: number };
  if (syscall === 'listen' && code === 'EADDRINUSE')
    return {
      text: `Port ${port} is in use by another program. Choose another with --port N, or leave --port out for a free one.`,
      code: 1,
    };
  if (syscall === 'listen' && code === 'EACCES')
    return { text: `Port ${port} may not be used by you. Choose one above 1023 with --port N.`, code: 1 };
  return { text: `Coldaisle failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, code: 1 };
}

async function main(): Promise<void> {
  try {
    process.exitCode = await run(parseWords(process.argv.slice(2)));
  } catch (error) {
    terminal.setLive('');
    const { text, code } = failure(error);
    terminal.note(text);
    process.exitCode = code;
  }
  setTimeout(() => process.exit(), DRAIN_LIMIT_MS).unref();
}

void main();
