import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, Menu, shell, type MessageBoxOptions, type OpenDialogOptions, type SaveDialogOptions } from 'electron';
import { assertNever } from '@shared/base/assert-never';
import { givenRates } from '@shared/model/gpu-settings';
import { LogFile } from '../hosts/log/log-file';
import { runtimePaths } from '../hosts/paths';
import { registerScheme, serveApp } from './app-origin';
import { AppTray } from './app-tray';
import { Background } from './background';
import { CoreSupervisor, type CoreExit } from './core-supervisor';
import { startedAtLogin } from './login-item';
import { buildMenu } from './menu';
import { desktopText, type DesktopText } from './menu-text';
import { brokerPorts } from './port-broker';
import { confineContents, openWindow } from './window';
import { dataDirArg, gpuHzArg, scenarioArg, serveFeedsArg } from './args';

const scenario = scenarioArg(process.argv);
const paths = runtimePaths(__dirname, dataDirArg(process.argv), app.isPackaged ? process.resourcesPath : null, scenario);
const logFile = new LogFile(join(paths.logDir, 'desktop.log'));
process.on('uncaughtExceptionMonitor', (error) => logFile.write('error', `the desktop ends: ${error.stack ?? error.message}`));
mkdirSync(paths.windowDir, { recursive: true, mode: 0o700 });
app.setPath('userData', paths.windowDir);
app.setPath('sessionData', paths.windowDir);
// Where Chromium's sandbox cannot run (as root), whoever starts the app says so; insisting would start nothing.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerScheme();
confineContents();

// One app per data folder: the lock lies in the profile, which lies in it.
if (app.requestSingleInstanceLock()) run();
else app.quit();

function run(): void {
  const core = new CoreSupervisor({
    paths,
    version: app.getVersion(),
    scenario,
    serveFeeds: serveFeedsArg(process.argv),
    gpuHz: gpuHzArg(process.argv) ?? givenRates(process.env),
    note,
    chooseFile,
    chooseSavePath,
    choosePath,
    askConsent,
    showFile: (path) => shell.showItemInFolder(path),
    openFolder,
  });
  const broker = brokerPorts(core);
  const tray = new AppTray({ iconsDir: join(paths.resourcesDir, 'icons'), open: () => showWindow(), quit: () => void background.quit() });
  const background: Background = new Background({ core, tray, note, mayStartAtLogin: scenario === null, onText: (text) => setMenu(text) });
  let closing = false;
  let closed = false;
  let wanted = false;
  let exitCode = 0;

  core.gone.on((gone) => {
    if (gone.reason === 'refused') exitCode = 1;
    void reportCoreExit(core, gone);
  });
  app.on('second-instance', () => {
    // Started again while this one drains: it takes over as soon as the data folder is free.
    if (closing) wanted = true;
    else showWindow();
  });
  app.on('activate', () => showWindow());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && !background.staysWithoutWindow) app.quit();
  });
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    if (closing) return;
    if (background.wantsToAsk) return void background.quit();
    closing = true;
    tray.hide();
    for (const window of BrowserWindow.getAllWindows()) window.hide();
    void core.close().finally(() => {
      closed = true;
      broker.dispose();
      if (wanted) app.relaunch();
      if (exitCode === 0) app.quit();
      else app.exit(exitCode);
    });
  });
  void app.whenReady().then(() => {
    serveApp(paths.rendererDir);
    background.ready();
    setMenu(background.text);
    const inTray = startedAtLogin() ? background.beginInTray() : Promise.resolve(false);
    core.start();
    void inTray.then((begun) => {
      if (!begun) open();
    });
  });

  function setMenu(text: DesktopText): void {
    Menu.setApplicationMenu(buildMenu(text, { openWindow: open, showLogs, quit: () => void background.quit() }));
  }

  function open(): void {
    openWindow({ paths, note, mayClose: (window) => closing || background.mayClose(window) });
    background.windowOpened();
  }

  /** The window in front, or a new one when there is none. */
  function showWindow(): void {
    if (!app.isReady() || closing) return;
    const window = BrowserWindow.getAllWindows()[0];
    if (!window) return open();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }
}

/** What the desktop itself has to say; a packaged app has no terminal, so it is kept. */
function note(text: string): void {
  process.stderr.write(`${text}\n`);
  logFile.write('warn', text);
}

/** The folder with the logs in the system's file manager. */
function showLogs(): void {
  mkdirSync(paths.logDir, { recursive: true, mode: 0o700 });
  openFolder(paths.logDir);
}

/** A folder in the system's file manager: what is no folder would be run. */
function openFolder(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return note(`there is no folder to be shown: ${path}`);
  void shell.openPath(path).then((refusal) => {
    if (refusal !== '') note(`a folder could not be shown: ${refusal}`);
  });
}

/** A dialog of the window in front, for a file to import. */
async function chooseFile(): Promise<string | null> {
  const text = desktopText(app.getLocale());
  const options: OpenDialogOptions = {
    title: text.importTitle,
    properties: ['openFile'],
    filters: [
      { name: text.importFiles, extensions: ['om', 'prom', 'txt', 'csv', 'tsv', 'gz'] },
      { name: text.allFiles, extensions: ['*'] },
    ],
  };
  const window = windowInFront();
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return filePaths[0] ?? null;
}

/** A dialog of the window in front, for a file or folder to be named in a form. */
async function choosePath(kind: 'file' | 'folder'): Promise<string | null> {
  const text = desktopText(app.getLocale());
  const options: OpenDialogOptions = {
    title: kind === 'file' ? text.chooseProgram : text.chooseFolder,
    properties: [kind === 'file' ? 'openFile' : 'openDirectory', 'showHiddenFiles'],
  };
  const window = windowInFront();
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return filePaths[0] ?? null;
}

/** Of a long command line the dialog has no room for more. */
const COMMAND_SHOWN = 600;

/** In a dialog of the desktop's own: a page can neither show it nor answer it. What is at hand, and what Escape chooses, is no. */
async function askConsent({ command, cwd }: { readonly command: string; readonly cwd: string }): Promise<boolean> {
  const text = desktopText(app.getLocale());
  const shown = command.length > COMMAND_SHOWN ? `${command.slice(0, COMMAND_SHOWN)}…` : command;
  const options: MessageBoxOptions = {
    type: 'warning',
    title: app.name,
    message: text.consentTitle,
    detail: `${shown}\n${cwd}\n\n${text.consentDetail}`,
    buttons: [text.consentRefuse, text.consentAllow],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  };
  const window = windowInFront();
  const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
  return response === 1;
}

/** A dialog of the window in front, for where an export goes. It asks itself before a file is replaced. */
async function chooseSavePath(name: string): Promise<string | null> {
  const options: SaveDialogOptions = {
    title: desktopText(app.getLocale()).exportTitle,
    defaultPath: join(app.getPath('downloads'), name),
    properties: ['showOverwriteConfirmation', 'createDirectory'],
  };
  const window = windowInFront();
  const { filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
  return filePath === '' ? null : (filePath ?? null);
}

const windowInFront = (): BrowserWindow | undefined => BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];

async function reportCoreExit(core: CoreSupervisor, gone: CoreExit): Promise<void> {
  const text = desktopText(app.getLocale());
  switch (gone.reason) {
    case 'refused':
      note(gone.message);
      await dialog.showMessageBox({
        type: 'error',
        title: app.name,
        message: text.coreRefusedTitle,
        detail: gone.message,
        buttons: [text.quit],
      });
      app.quit();
      break;
    case 'crashing': {
      note(`the core ended unexpectedly ${gone.restarts + 1} times and is not started again`);
      const { response } = await dialog.showMessageBox({
        type: 'error',
        title: app.name,
        message: text.coreLostTitle,
        detail: text.coreCrashing,
        buttons: [text.restart, text.quit],
        cancelId: 1,
      });
      if (response === 0) core.start();
      else app.quit();
      break;
    }
    default:
      assertNever(gone);
  }
}
