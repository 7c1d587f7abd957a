import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { DesktopText } from './menu-text';

export interface MenuActions {
  readonly openWindow: () => void;
  readonly showLogs: () => void;
  /** Asks first where something would end by it. */
  readonly quit: () => void;
}

/** The application's menu; roles bring the platform's own accelerators. */
export function buildMenu(text: DesktopText, { openWindow, showLogs, quit }: MenuActions): Menu {
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const isMac = process.platform === 'darwin';
  const quitItem: MenuItemConstructorOptions = { id: 'quit', label: text.quit, accelerator: 'CmdOrCtrl+Q', click: () => quit() };
  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about', label: text.about },
      separator,
      { role: 'services', label: text.services },
      separator,
      { role: 'hide', label: text.hide },
      { role: 'hideOthers', label: text.hideOthers },
      { role: 'unhide', label: text.showAll },
      separator,
      quitItem,
    ],
  };
  return Menu.buildFromTemplate([
    ...(isMac ? [appMenu] : []),
    {
      label: text.file,
      submenu: [
        { id: 'new-window', label: text.newWindow, accelerator: 'CmdOrCtrl+N', click: () => openWindow() },
        { role: 'close', label: text.closeWindow },
        ...(isMac ? [] : [separator, quitItem]),
      ],
    },
    {
      label: text.edit,
      submenu: [
        { role: 'undo', label: text.undo },
        { role: 'redo', label: text.redo },
        separator,
        { role: 'cut', label: text.cut },
        { role: 'copy', label: text.copy },
        { role: 'paste', label: text.paste },
        { role: 'selectAll', label: text.selectAll },
      ],
    },
    {
      label: text.view,
      submenu: [
        { role: 'reload', label: text.reload },
        separator,
        { role: 'resetZoom', label: text.zoomReset },
        { role: 'zoomIn', label: text.zoomIn },
        { role: 'zoomOut', label: text.zoomOut },
        separator,
        { role: 'togglefullscreen', label: text.fullScreen },
        { role: 'toggleDevTools', label: text.devTools },
      ],
    },
    { label: text.window, role: 'window', submenu: [{ role: 'minimize', label: text.minimize }] },
    {
      label: text.help,
      submenu: [
        { id: 'show-logs', label: text.showLogs, click: () => showLogs() },
        ...(isMac ? [] : [separator, { role: 'about', label: text.about } satisfies MenuItemConstructorOptions]),
      ],
    },
  ]);
}
