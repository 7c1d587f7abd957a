import { homedir } from 'node:os';
import { join, posix, resolve, win32 } from 'node:path';

/** Where everything lies that a runtime hands to the core. All paths are absolute. */
export interface RuntimePaths {
  /** The product's own folder: database, engines, window profile. */
  readonly dataDir: string;
  /** Where `engine cuda` installs. */
  readonly enginesDir: string;
  /** Electron's profile: cookies, caches, window bounds; nothing the product would miss. */
  readonly windowDir: string;
  /** Logs: core.log, desktop.log and their older ones. */
  readonly logDir: string;
  /** The shipped data sets. */
  readonly resourcesDir: string;
  /** The built page. */
  readonly rendererDir: string;
  /** The key to the encrypted secrets, where no desktop keeps one: apart from them. */
  readonly secretKeyFile: string;
  /** Bundled programs. */
  readonly readerWorker: string;
  readonly selftestWorker: string;
  readonly trainerProgram: string;
  readonly utilityProgram: string;
  readonly preloadProgram: string;
}

export interface DataDirOn {
  readonly platform?: NodeJS.Platform;
  readonly env?: NodeJS.ProcessEnv;
  readonly home?: string;
}

/** The platform's place for an application's data: XDG_DATA_HOME, Application Support, or %APPDATA%. */
export function defaultDataDir({ platform = process.platform, env = process.env, home = homedir() }: DataDirOn = {}): string {
  if (platform === 'win32') return win32.join(env['APPDATA'] || win32.join(home, 'AppData', 'Roaming'), 'Coldaisle');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Coldaisle');
  const xdg = env['XDG_DATA_HOME'];
  // The XDG specification: a relative path here is invalid and ignored.
  return posix.join(xdg && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.local', 'share'), 'coldaisle');
}

/**
 * The platform's place for an application's configuration, which is not copied along with its data: XDG_CONFIG_HOME, Preferences,
 * or %LOCALAPPDATA%; COLDAISLE_SECRET_KEY_FILE names another.
 */
export function defaultSecretKeyFile({ platform = process.platform, env = process.env, home = homedir() }: DataDirOn = {}): string {
  const named = env['COLDAISLE_SECRET_KEY_FILE'];
  if (named) return resolve(named);
  if (platform === 'win32') return win32.join(env['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local'), 'Coldaisle', 'secrets.key');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Preferences', 'Coldaisle', 'secrets.key');
  const xdg = env['XDG_CONFIG_HOME'];
  return posix.join(xdg && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.config'), 'coldaisle', 'secrets.key');
}

/**
 * @param programDir folder of the bundled main-side programs (out/main)
 * @param dataDir as typed after --data; null = the platform's place
 * @param packagedResources Electron's process.resourcesPath in a packaged app, else null
 * @param scenario its name as typed: its window has a profile of its own, so that it runs beside the real room's; null = none
 */
export function runtimePaths(
  programDir: string,
  dataDir: string | null,
  packagedResources: string | null,
  scenario: string | null = null,
): RuntimePaths {
  const data = dataDir === null ? defaultDataDir() : resolve(dataDir);
  // A name that is none (the core will say so) must not lead out of the folder.
  const shown = scenario === null ? data : join(data, 'scenarios', encodeURIComponent(scenario).replaceAll('.', '%2E'));
  return {
    dataDir: data,
    enginesDir: join(data, 'engines'),
    windowDir: join(shown, 'window'),
    logDir: join(shown, 'logs'),
    secretKeyFile: defaultSecretKeyFile(),
    resourcesDir: packagedResources === null ? resolve(programDir, '..', '..', 'resources') : join(packagedResources, 'resources'),
    rendererDir: resolve(programDir, '..', 'renderer'),
    readerWorker: join(programDir, 'reader.js'),
    selftestWorker: join(programDir, 'selftest.js'),
    trainerProgram: join(programDir, 'trainer.js'),
    utilityProgram: join(programDir, 'utility.js'),
    preloadProgram: resolve(programDir, '..', 'preload', 'preload.js'),
  };
}
