import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withNamedLock } from './cache.mjs';
import { SetupError } from './errors.mjs';
import { withStep } from './progress.mjs';
import { capture, runLogged } from './run.mjs';

/**
 * @typedef {object} SystemPackage
 * @property {string} package Debian's name of it
 * @property {string} [command] a program it brings: found on PATH means present
 */

const INSTALL = ['install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=600'];

/** @param {string} command @returns {boolean} whether a program of that name is on PATH */
export function onPath(command, env = process.env) {
  return (env.PATH ?? '').split(delimiter).some((dir) => dir !== '' && existsSync(join(dir, command)));
}

/** @returns {boolean} whether this is a Debian-like system with apt */
export function hasApt() {
  return process.platform === 'linux' && existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-query');
}

/** @returns {boolean} whether this process may install packages */
function isRoot() {
  return process.getuid?.() === 0;
}

/** @returns {Promise<string[]>} those of the Debian packages that are not installed */
export async function missingPackages(names) {
  if (names.length === 0) return [];
  const { stdout } = await capture('dpkg-query', ['-W', '-f', '${db:Status-Abbrev}|${Package}|${Provides}\\n', ...names]);
  const installed = new Set();
  for (const line of stdout.split('\n')) {
    const [status, name, provides] = line.split('|');
    if (!status?.startsWith('ii')) continue;
    installed.add(name);
    for (const provided of (provides ?? '').split(',')) installed.add(provided.trim().split(' ')[0]);
  }
  return names.filter((name) => !installed.has(name));
}

/**
 * Makes sure of system packages: by their program on PATH where they bring one, by Debian's own list otherwise. As root
 * on Debian the missing ones are installed; otherwise the one line to type is the error.
 *
 * @param {string} why ends the sentence "… is needed …", for example `to compile the SQLite addon`
 * @param {readonly SystemPackage[]} wanted
 * @returns {Promise<void>}
 * @throws {SetupError} when something is missing and cannot be installed
 */
export async function ensurePackages(why, wanted) {
  const absent = wanted.filter((one) => !one.command || !onPath(one.command));
  if (!hasApt()) {
    const commands = absent.filter((one) => one.command).map((one) => one.command);
    if (commands.length > 0) throw new SetupError(`Missing ${why}: ${commands.join(', ')}`, { wayOut: 'Install them and start again.' });
    return;
  }
  const missing = await missingPackages(absent.map((one) => one.package));
  if (missing.length === 0) return;
  if (!isRoot()) {
    throw new SetupError(`System packages are missing ${why}`, {
      wayOut: `Type: sudo apt-get update && sudo apt-get install -y ${missing.join(' ')}`,
    });
  }
  await withNamedLock('apt', 'System packages', () => install(missing, why));
}

async function install(names, why) {
  const missing = await missingPackages(names);
  if (missing.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (label, args, name) =>
    withStep(label, () => runLogged(name, 'apt-get', args, { env, what: `apt-get ${args[0]}`, wayOut: `Needed ${why}: ${missing.join(' ')}.` }));
  const label = `Installing ${missing.length} system package${missing.length === 1 ? '' : 's'} ${why}: ${missing.join(' ')}`;
  try {
    await apt(label, [...INSTALL, ...missing], 'apt-install');
  } catch {
    // A bare machine's package lists are empty or old; one update mends that, a second failure is real.
    await apt('Reading Debian’s package lists', ['update'], 'apt-update');
    await apt(label, [...INSTALL, ...missing], 'apt-install');
  }
}
