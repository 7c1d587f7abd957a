import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withNamedLock } from './cache.mjs';
import { SetupError } from './errors.mjs';
import { withStep } from './progress.mjs';
import { capture, runLogged } from './run.mjs';

/**
 * @typedef {object} SystemPackage
 * @property {readonly string[]} names Debian's names of it, by release
 * @property {string} [command] a program it brings: found on PATH means present
 */

const INSTALL = ['install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Acquire::Retries=3'];

/** @param {string} command @returns {boolean} whether a program of that name is on PATH */
export function onPath(command, env = process.env) {
  return (env.PATH ?? '').split(delimiter).some((dir) => dir !== '' && existsSync(join(dir, command)));
}

/** @returns {boolean} whether this is a Debian-like system with apt */
export function hasApt() {
  return process.platform === 'linux' && existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-query');
}

/** @param {string} listing lines of `status|name` from dpkg-query @returns {Set<string>} the installed ones */
export function parseInstalled(listing) {
  const lines = listing.split('\n').map((line) => line.split('|'));
  return new Set(lines.filter(([status]) => status?.startsWith('ii')).map(([, name]) => name));
}

/**
 * @param {readonly SystemPackage[]} wanted
 * @returns {Promise<SystemPackage[]>} those with neither their program on PATH nor a package of their names installed
 */
async function missingOf(wanted) {
  const unknown = wanted.filter((one) => !one.command || !onPath(one.command));
  if (unknown.length === 0) return [];
  const { stdout } = await capture('dpkg-query', ['-W', '-f', '${db:Status-Abbrev}|${Package}\\n', ...unknown.flatMap((one) => one.names)]);
  const installed = parseInstalled(stdout);
  return unknown.filter((one) => !one.names.some((name) => installed.has(name)));
}

/**
 * Makes sure of system packages. As root on Debian the missing ones are installed; otherwise the one line to type is
 * the error, and elsewhere the names of the missing programs.
 *
 * @param {readonly SystemPackage[]} wanted
 * @returns {Promise<void>}
 * @throws {SetupError} when something is missing and cannot be installed
 */
export async function ensurePackages(wanted) {
  if (!hasApt()) {
    const commands = wanted.map((one) => one.command).filter((command) => command && !onPath(command));
    if (commands.length > 0)
      throw new SetupError(`Programs are missing: ${commands.join(', ')}`, { wayOut: 'Install them and start again.' });
    return;
  }
  const missing = await missingOf(wanted);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    const names = (await namesHere(missing)) ?? missing.map((one) => one.names[0]);
    throw new SetupError('System packages are missing', {
      wayOut: `Type: sudo apt-get update && sudo apt-get install -y ${names.join(' ')}`,
    });
  }
  await withNamedLock('apt', 'System packages', async () => install(await missingOf(wanted)));
}

/** @returns {Promise<string[] | null>} each package's name in this release; null when the lists do not know one of them */
async function namesHere(packages) {
  const names = [];
  for (const one of packages) {
    const { stdout } = await capture('apt-cache', ['policy', ...one.names], { env: { ...process.env, LC_ALL: 'C' } });
    const known = one.names.find((name) =>
      new RegExp(`^${name.replaceAll('+', '\\+')}:\\n.*\\n +Candidate: (?!\\(none\\))`, 'm').test(stdout),
    );
    if (!known) return null;
    names.push(known);
  }
  return names;
}

async function install(missing) {
  if (missing.length === 0) return;
  const apt = (label, args) =>
    withStep(label, () =>
      runLogged(`apt-${args[0]}`, 'apt-get', args, {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        what: `apt-get ${args[0]}`,
        wayOut: `These packages are needed: ${missing.map((one) => one.names[0]).join(' ')}.`,
      }),
    );
  const update = () => apt('Reading Debian’s package lists', ['update']);
  const installNamed = (names) => apt(`Installing system packages: ${names.join(' ')}`, [...INSTALL, ...names]);

  const known = await namesHere(missing);
  if (known) {
    try {
      return await installNamed(known);
    } catch {
      // Lists that are old name files that are gone; fresh ones mend that, and a second failure is real.
    }
  }
  await update();
  const names = await namesHere(missing);
  if (!names) {
    throw new SetupError(`Debian’s package lists lack one of: ${missing.map((one) => one.names[0]).join(' ')}`, {
      wayOut: 'Check /etc/apt/sources.list.',
    });
  }
  await installNamed(names);
}
