import { assertNever } from '@shared/base/assert-never';
import { isAppError } from '@shared/contract/errors';
import type { DesktopChange } from '@shared/model/settings';
import type { Log, LogLevel } from '@shared/base/log';
import { createCore, type Core } from '../core/core';
import type { ProgramAsked } from '../core/options';
import { Redactor } from '../core/secrets/redactor';
import { DesktopKeys } from './desktop-keys';
import { DesktopMessage, HEARTBEAT_MS, type CoreMessage } from './desktop-protocol';
import { onFatalError } from './log/fatal';
import { LogFile } from './log/log-file';
import { messagePort } from './message-port';
import { listenForTerminals, type TerminalLink } from './terminal-link/server';
import { UtilityLauncher } from './utility-launcher';
import type { MessagePortMain } from 'electron';

/** The core's own process under Electron. It lives as long as the desktop does, and closes when that says so. */
const desktop = process.parentPort;
const post = (message: CoreMessage): void => desktop.postMessage(message);
const launcher = new UtilityLauncher(post);
const keys = new DesktopKeys(post);
const redactor = new Redactor();
/** Pages that came before the core was ready. */
let waiting: MessagePortMain[] = [];
let starting: Promise<Core | null> | null = null;
let core: Core | null = null;
let link: TerminalLink | null = null;
let closing = false;
/** To the terminal, and once the folder is known to the file. */
let log: Log = toStderr;
/** Dialogs that are open, by number. */
const dialogs = new Map<number, (path: string | null) => void>();
const consents = new Map<number, (allowed: boolean) => void>();
let dialogCount = 0;

desktop.on('message', (event) => {
  const read = DesktopMessage.safeParse(event.data);
  if (!read.success) return log('error', `a message of the desktop was not understood: ${read.error.message}`);
  const message = read.data;
  const [port] = event.ports;
  switch (message.t) {
    case 'init':
      starting ??= start(message);
      break;
    case 'connect':
      if (port) connect(port);
      break;
    case 'trainer-channel':
    case 'trainer-spawned':
    case 'trainer-text':
    case 'trainer-exit':
      launcher.receive(message, port);
      break;
    case 'file-chosen':
      dialogs.get(message.id)?.(message.path);
      dialogs.delete(message.id);
      break;
    case 'consent-answer':
      consents.get(message.id)?.(message.allowed);
      consents.delete(message.id);
      break;
    case 'key-store-answer':
      keys.receive(message);
      break;
    case 'settings':
      void setDesktop(message.desktop);
      break;
    case 'close':
      void close();
      break;
    default:
      assertNever(message);
  }
});

// Ctrl-C in a terminal reaches the whole group: the desktop gets it too and closes the core in order.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', () => void close());

// Also while starting: by then it is told on stderr.
onFatalError((text) => log('error', `the core ends: ${text}`));
post({ t: 'beat' });
setInterval(() => post({ t: 'beat' }), HEARTBEAT_MS);

function toStderr(level: LogLevel, text: string): void {
  process.stderr.write(`${level}: ${redactor.redact(text)}\n`);
}

async function start(init: Extract<DesktopMessage, { t: 'init' }>): Promise<Core | null> {
  const logFile = new LogFile(init.logFile, { redact: redactor.redact });
  // A packaged app has no terminal: what it says, and what ends it unexpectedly, is found in the file.
  log = (level, text, fields) => {
    toStderr(level, text);
    logFile.write(level, text, fields);
  };
  process.once('exit', () => logFile.flush());
  log('info', `Coldaisle ${init.version} begins, data in ${init.dataDir}`);
  try {
    core = await createCore({
      dataDir: init.dataDir,
      scenario: init.scenario,
      serveFeeds: init.serveFeeds,
      onFeedsServed: ({ folder, feeds }) => log('info', `the simulated meters are served: ${feeds.length} feeds to add are in ${folder}`),
      gpuHz: init.gpuHz,
      resourcesDir: init.resourcesDir,
      enginesDir: init.enginesDir,
      readerWorker: init.readerWorker,
      version: init.version,
      isPackaged: init.isPackaged,
      runtime: 'desktop',
      launcher,
      onStatus: (status) => post({ t: 'status', status }),
      chooseFile: () => choose((id) => ({ t: 'choose-file', id })),
      chooseSavePath: (name) => choose((id) => ({ t: 'choose-save-path', id, name })),
      choosePath: (kind) => choose((id) => ({ t: 'choose-path', id, kind })),
      askConsent: (first) => askConsent(first),
      showFile: (path) => post({ t: 'show-file', path }),
      openFolder: (path) => post({ t: 'open-folder', path }),
      logFile,
      secrets: { redactor, keyFile: init.secretKeyFile, systemKeys: keys },
      log,
    });
  } catch (error) {
    if (!isAppError(error)) throw error;
    log('error', error.message);
    post({ t: 'refused', code: error.code, message: error.message });
    return null;
  }
  const { connectTerminal } = core;
  // A scenario is another room than the folder's.
  if (init.scenario === null) link = await listenForTerminals(init.dataDir, connectTerminal, log);
  post({ t: 'ready' });
  const pages = waiting;
  waiting = [];
  for (const page of pages) connect(page);
  return core;
}

function askConsent({ command, cwd }: ProgramAsked): Promise<boolean> {
  dialogCount += 1;
  const id = dialogCount;
  return new Promise((resolve) => {
    consents.set(id, resolve);
    post({ t: 'ask-consent', id, command, cwd });
  });
}

function choose(ask: (id: number) => CoreMessage): Promise<string | null> {
  dialogCount += 1;
  const id = dialogCount;
  return new Promise((resolve) => {
    dialogs.set(id, resolve);
    post(ask(id));
  });
}

/** A disk that refuses it leaves the setting as it was. */
async function setDesktop(change: DesktopChange): Promise<void> {
  try {
    (await starting)?.setDesktop(change);
  } catch (error) {
    log('error', `a setting of the desktop was not stored: ${String(error)}`);
  }
}

function connect(port: MessagePortMain): void {
  if (closing) port.close();
  else if (core) core.connect(messagePort(port, (text) => log('error', text)));
  else waiting.push(port);
}

/** Also while starting: what is half open is opened, then closed in order. */
async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  for (const port of waiting) port.close();
  try {
    const started = await starting;
    await link?.close();
    await started?.close();
    process.exit(0);
  } catch (error) {
    log('error', `the core did not close whole: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exit(1);
  }
}
