import { resolve } from 'node:path';
import { app } from 'electron';
import { autostartPath, isAutostarted, setAutostart } from './autostart-file';
import { IN_TRAY, dataDirArg } from './args';

/** How the session starts this very app, on the same data folder, without a window. */
function command(): string[] {
  const dataDir = dataDirArg(process.argv);
  // An AppImage runs from a mount that is another one the next time.
  const program = process.env['APPIMAGE'] ?? process.execPath;
  return [
    program,
    ...(app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : []),
    ...(app.isPackaged ? [] : [app.getAppPath()]),
    IN_TRAY,
    ...(dataDir === null ? [] : ['--data', resolve(dataDir)]),
  ];
}

/** Whether the system starts the app at login. A person may have changed that in the system's own settings. */
export function startsAtLogin(): boolean {
  const [path = '', ...args] = command();
  if (process.platform === 'linux') return isAutostarted(autostartPath(), command());
  return app.getLoginItemSettings(process.platform === 'win32' ? { path, args } : {}).openAtLogin;
}

/** Electron's own API where it has one; Linux desktops read a file. @throws what the system says */
export function setStartsAtLogin(on: boolean): void {
  const [path = '', ...args] = command();
  if (process.platform === 'linux') setAutostart(autostartPath(), on ? command() : null);
  else app.setLoginItemSettings(process.platform === 'win32' ? { openAtLogin: on, path, args } : { openAtLogin: on });
}

/** Whether it was the session that started this process: then no window is wanted where there is a tray. */
export function startedAtLogin(): boolean {
  return process.argv.includes(IN_TRAY) || (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);
}
