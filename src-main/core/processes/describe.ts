import { access, constants, readFile, readlink, stat } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import si from 'systeminformation';
import { childEnvironment } from '../../children/environment';
import { identify, type ProcessIdentity } from '../../children/identity';

const run = promisify(execFile);
const ASK_MS = 10_000;
/** USER_HZ: what /proc counts time in, on every Linux since 2.6. */
const TICKS_PER_S = 100;

/** What can be told of a process that somebody else started. */
export interface ProcessDescription {
  readonly identity: ProcessIdentity;
  /** The program and its arguments, as they were given. */
  readonly words: readonly string[];
  readonly uid: number | null;
  readonly user: string | null;
  readonly startedAtMs: number | null;
  /** The folder it works in, as it names it; null = the system does not tell it here. */
  readonly cwd: string | null;
  /** The same as it is reached from here: that of another container lies below the process. */
  readonly folder: string | null;
}

/** Why a process cannot be told of: there is none, it has no program (a thread of the kernel), or it is another user's. */
export type Undescribed = { readonly why: 'none' | 'kernel' | 'denied'; readonly uid: number | null };

export async function describeProcess(pid: number): Promise<ProcessDescription | Undescribed> {
  const identity = await identify(pid);
  if (identity === null) return { why: 'none', uid: null };
  return process.platform === 'linux' ? fromProc(identity) : fromSystem(identity);
}

async function fromProc(identity: ProcessIdentity): Promise<ProcessDescription | Undescribed> {
  const own = `/proc/${identity.pid}`;
  const words = (await readFile(join(own, 'cmdline'), 'utf8').catch(() => '')).split('\0');
  if (words.at(-1) === '') words.pop();
  if (words.length === 0) return { why: 'kernel', uid: null };
  const uid = await stat(own).then(
    (entry) => entry.uid,
    () => null,
  );
  const cwd = await readlink(join(own, 'cwd')).catch(() => null);
  const [mounts, ours] = await Promise.all([own, '/proc/self'].map((dir) => readlink(join(dir, 'ns', 'mnt')).catch(() => null)));
  if (cwd === null || mounts === null) return { why: 'denied', uid };
  // In another container the same path is another folder.
  const folder = mounts === ours ? cwd : join(own, 'root', cwd);
  const isReadable = await access(folder, constants.R_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isReadable && mounts !== ours) return { why: 'denied', uid };
  const boot = /^btime (\d+)$/m.exec(await readFile('/proc/stat', 'utf8').catch(() => ''))?.[1];
  const startedAtMs = boot === undefined ? null : Number(boot) * 1000 + (Number(identity.startedAt) * 1000) / TICKS_PER_S;
  return { identity, words, uid, user: null, startedAtMs, cwd, folder: isReadable ? folder : null };
}

async function fromSystem(identity: ProcessIdentity): Promise<ProcessDescription | Undescribed> {
  const { list } = await si.processes();
  const found = list.find(({ pid }) => pid === identity.pid);
  if (found === undefined) return { why: 'none', uid: null };
  const startedAtMs = Date.parse(found.started);
  const cwd = process.platform === 'win32' ? null : await openFolder(identity.pid);
  return {
    identity,
    words: [found.command, ...found.params.split(' ').filter((word) => word !== '')],
    uid: null,
    user: found.user || null,
    startedAtMs: Number.isNaN(startedAtMs) ? null : startedAtMs,
    cwd,
    folder: cwd,
  };
}

/** macOS tells the folder of a process by lsof alone; Windows by none of its own programs. */
async function openFolder(pid: number): Promise<string | null> {
  try {
    const { stdout } = await run('lsof', ['-a', '-d', 'cwd', '-p', String(pid), '-Fn'], { timeout: ASK_MS, env: childEnvironment() });
    return /^n(.+)$/m.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}
