import { join } from 'node:path';
import type { Log, LogLevel } from '@shared/base/log';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { forgetForeignEnvironment } from '../../children/environment';
import type { Core } from '../../core/core';
import type { ServedFeeds } from '../../core/options';
import type { Redactor } from '../../core/secrets/redactor';
import { createChildLauncher } from '../child-launcher';
import { onFatalError } from '../log/fatal';
import { LogFile } from '../log/log-file';
import type { RuntimePaths } from '../paths';
import type { Terminal } from './terminal';

/** Longest that a close may take before the process ends without it, ms. The core's own patience with trainers is shorter. */
const CLOSE_LIMIT_MS = 20_000;

/** A core in this process, and a client of the same contract every page speaks. */
export interface RunningCore {
  readonly core: Core;
  readonly client: RpcClient;
  /** Safe twice; both calls wait. */
  close(): Promise<void>;
}

/** A core here or there, and a client with the terminal's rights. */
export type OpenedCore = Pick<RunningCore, 'client' | 'close'>;

export interface StartCoreOptions {
  /** It stays: all it logs is shown, and runs that wait since the last start begin. Default false. */
  readonly serving?: boolean;
  /** No run begins: one is only put into the queue. Default false. */
  readonly holding?: boolean;
  readonly scenario?: string | null;
  readonly gpuHz?: string | null;
  /** First port of the scenario's served feeds, 0 = free ones. Default null: none is served. */
  readonly serveFeeds?: number | null;
  readonly onFeedsServed?: (served: ServedFeeds) => void;
}

/** What this program starts a core with. */
export interface CoreRuntime {
  readonly terminal: Terminal;
  readonly version: string;
  /** Learns the secrets that the core opens; the terminal leaves them out. */
  readonly redactor: Redactor;
}

/** @throws {AppError} what the core refused */
export async function startCore(
  paths: RuntimePaths,
  { serving = false, holding = false, ...shown }: StartCoreOptions,
  { terminal, version, redactor }: CoreRuntime,
): Promise<RunningCore> {
  // What the core's libraries start inherits this process's environment.
  forgetForeignEnvironment();
  // Loaded here, so that commands which need no core answer at once.
  const { createCore } = await import('../../core/core');
  const logFile = new LogFile(join(paths.logDir, 'core.log'), { redact: redactor.redact });
  const fatal = onFatalError((text) => {
    logFile.write('error', `Coldaisle failed: ${text}`);
    terminal.note(`Coldaisle failed: ${text}`);
  });
  const end = (): void => {
    fatal.dispose();
    logFile.close();
  };
  const log: Log = (level, text, fields) => {
    logFile.write(level, text, fields);
    if (serving || level !== 'info') noteLog(terminal, level, text);
  };
  const core = await createCore({
    dataDir: paths.dataDir,
    ...shown,
    resourcesDir: paths.resourcesDir,
    enginesDir: paths.enginesDir,
    readerWorker: paths.readerWorker,
    resumeRuns: serving,
    holdRuns: holding,
    launcher: createChildLauncher({ program: paths.trainerProgram }),
    runtime: 'headless',
    version,
    logFile,
    secrets: { redactor, keyFile: paths.secretKeyFile, systemKeys: null },
    log,
  }).catch((error: unknown) => {
    end();
    throw error;
  });
  const client = new RpcClient();
  const [near, far] = createPortPair((error) => noteLog(terminal, 'error', `an answer was not taken: ${String(error)}`));
  client.attach(near);
  core.connectTerminal(far);
  const isRoom = serving && (shown.scenario ?? null) === null;
  // A carried folder has no packages; what needs them is loaded where it is wanted.
  const link = isRoom
    ? await (await import('../terminal-link/server')).listenForTerminals(paths.dataDir, (port) => core.connectTerminal(port), log)
    : null;
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    client.dispose();
    await link?.close();
    await within(core.close(), terminal);
    end();
  };
  return { core, client, close: () => (closing ??= close()) };
}

/** @throws {AppError} what the core refused */
export async function openCore(paths: RuntimePaths, runtime: CoreRuntime): Promise<OpenedCore> {
  const { linkToCore } = await import('../terminal-link/client');
  const linked = await linkToCore(paths.dataDir);
  if (linked === null) return startCore(paths, {}, runtime);
  return { client: linked.client, close: async () => linked.close() };
}

export function noteLog(terminal: Terminal, level: LogLevel, text: string): void {
  terminal.note(`${new Date().toISOString()} ${level} ${text}`);
}

/** Waits for a close, but not for ever. */
async function within(close: Promise<void>, terminal: Terminal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      terminal.note(`The core did not close within ${CLOSE_LIMIT_MS / 1000} s; ending without it.`);
      resolve();
    }, CLOSE_LIMIT_MS);
  });
  await Promise.race([close, limit]).finally(() => clearTimeout(timer));
}
