import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, hasApt, onPath } from './apt.mjs';
import { SetupError } from './errors.mjs';
import { capture } from './run.mjs';

/** What Electron's window needs of Debian; newer releases renamed two of them. */
const ELECTRON_LIBRARIES = [
  { names: ['libgtk-3-0', 'libgtk-3-0t64'] },
  { names: ['libnss3'] },
  { names: ['libasound2', 'libasound2t64'] },
  { names: ['libgbm1'] },
  { names: ['libxss1'] },
  { names: ['libxtst6'] },
];
const VIRTUAL_DISPLAY = [
  { names: ['xvfb'], command: 'xvfb-run' },
  { names: ['xauth'], command: 'xauth' },
];
const TEST_TOOLS = [
  { names: ['chromium'], command: 'chromium' },
  { names: ['fakeroot'], command: 'fakeroot' },
  { names: ['gcc'], command: 'cc' },
  { names: ['libc6-dev'] },
  { names: ['python3'], command: 'python3' },
  { names: ['procps'], command: 'ps' },
  { names: ['openssl'], command: 'openssl' },
  { names: ['mosquitto'], command: 'mosquitto' },
  { names: ['prometheus'], command: 'prometheus' },
  { names: ['prometheus-node-exporter'], command: 'prometheus-node-exporter' },
  { names: ['snmpd'], command: 'snmpd' },
  { names: ['nut-server'], command: 'upsd' },
  { names: ['openipmi'], command: 'ipmi_sim' },
  { names: ['ipmitool'], command: 'ipmitool' },
];
/** For the SQLite addon where its prebuild cannot load. */
const COMPILERS = [
  { names: ['g++'], command: 'g++' },
  { names: ['make'], command: 'make' },
  { names: ['python3'], command: 'python3' },
];

/**
 * Whether a window can be opened from here.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [platform]
 */
export function hasDisplay(env = process.env, platform = process.platform) {
  if (platform !== 'linux') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/**
 * The system packages a command needs, asked for together so that there is one line to type at most: through apt on
 * Debian; elsewhere the libraries that ldd misses and the programs that are not on PATH are named.
 *
 * @param {{ electron?: string | null, virtualDisplay?: boolean, testTools?: boolean, compilers?: boolean }} needs
 *   electron: path of the program whose libraries are needed; testTools: a browser for the headless console, a
 *   C compiler for stand-ins of drivers, a Python that reads what is documented, fakeroot for the .deb, the daemons that feeds are
 *   tried against (only Debian's are
 *   installed; elsewhere the tests that need one are left out)
 * @returns {Promise<void>}
 * @throws {SetupError}
 */
export async function ensureSystem({ electron, virtualDisplay = false, testTools = false, compilers = false }) {
  if (process.platform !== 'linux') return;
  if (electron && !hasApt()) await requireLibraries(electron);
  const wanted = [
    ...(electron && hasApt() ? ELECTRON_LIBRARIES : []),
    ...(virtualDisplay ? VIRTUAL_DISPLAY : []),
    ...(testTools && hasApt() ? TEST_TOOLS : []),
    ...(compilers ? COMPILERS : []),
  ];
  if (wanted.length > 0) await ensurePackages(wanted);
}

async function requireLibraries(executable) {
  const missing = (await capture('ldd', [executable])).stdout
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0]);
  if (missing.length > 0) {
    throw new SetupError(`Electron needs system libraries that are missing: ${missing.join(', ')}`, {
      wayOut: 'Install them with your system’s package manager and start again.',
    });
  }
}

/**
 * How this user may start Electron: as root on Linux Chromium's sandbox cannot run, and where the system keeps
 * ordinary users from it, the line that mends it is the error.
 *
 * @param {string} executable
 * @returns {Promise<string[]>} switches to put before the app's folder
 * @throws {SetupError}
 */
export async function sandboxSwitches(executable) {
  if (process.platform !== 'linux') return [];
  if (process.getuid?.() === 0) return ['--no-sandbox'];
  const helper = join(executable, '..', 'chrome-sandbox');
  if (!existsSync(helper) || (await userNamespacesWork())) return [];
  const { uid, mode } = statSync(helper);
  if (uid === 0 && (mode & 0o4000) !== 0) return [];
  throw new SetupError('This system keeps Electron’s sandbox from ordinary users', {
    wayOut: `Type: sudo chown root '${helper}' && sudo chmod 4755 '${helper}'`,
  });
}

/** Whether an ordinary user may make user namespaces, which Chromium's sandbox is built of: asked of the kernel by trying. */
async function userNamespacesWork() {
  const kernel = (name) => (existsSync(`/proc/sys/kernel/${name}`) ? readFileSync(`/proc/sys/kernel/${name}`, 'utf8').trim() : '');
  // Ubuntu lets some named programs make them, of which Electron is none.
  if (kernel('apparmor_restrict_unprivileged_userns') === '1') return false;
  if (!onPath('unshare')) return kernel('unprivileged_userns_clone') !== '0';
  return (await capture('unshare', ['--user', 'true'])).code === 0;
}
