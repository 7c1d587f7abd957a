import { execFile } from 'node:child_process';
import { childEnvironment } from '../children/environment';

/** A session bus answers at once; one that is not there hangs no window. */
const LIMIT_MS = 2_000;
const WATCHER = 'org.kde.StatusNotifierWatcher';

/** Programs that ask the session bus whether the name has an owner, and how each says yes. Every desktop has one of them. */
const asking: readonly (readonly [program: string, args: readonly string[], yes: RegExp])[] = [
  [
    'gdbus',
    [
      'call',
      '--session',
      '--dest',
      'org.freedesktop.DBus',
      '--object-path',
      '/org/freedesktop/DBus',
      '--method',
      'org.freedesktop.DBus.NameHasOwner',
      WATCHER,
    ],
    /\(true,\)/,
  ],
  [
    'dbus-send',
    [
      '--session',
      '--print-reply=literal',
      '--dest=org.freedesktop.DBus',
      '/org/freedesktop/DBus',
      'org.freedesktop.DBus.NameHasOwner',
      `string:${WATCHER}`,
    ],
    /boolean true/,
  ],
  [
    'busctl',
    ['--user', 'call', 'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameHasOwner', 's', WATCHER],
    /b true/,
  ],
];

/**
 * Whether an icon put into the tray will be seen. macOS and Windows always have one. On Linux it is there while a
 * StatusNotifierWatcher is on the session bus (KDE, Cinnamon, Xfce, Unity; GNOME with its extension); Electron makes a tray
 * without it too, which nobody sees.
 */
export async function trayIsSeen(platform: NodeJS.Platform = process.platform, env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  if (platform === 'darwin' || platform === 'win32') return true;
  for (const [program, args, yes] of asking) {
    const answer = await ask(program, args, env);
    if (answer !== null) return yes.test(answer);
  }
  return false;
}

/** What the program printed; null when it is not there or could not ask. */
function ask(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  const bus = env['DBUS_SESSION_BUS_ADDRESS'];
  return new Promise((resolve) => {
    execFile(
      program,
      [...args],
      { timeout: LIMIT_MS, env: { ...childEnvironment([], env), ...(bus === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: bus }) } },
      (error, stdout) => resolve(error === null ? stdout : null),
    );
  });
}
