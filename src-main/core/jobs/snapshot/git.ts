import { homedir } from 'node:os';
import type { GitSnapshot, SnapshotPart } from '@shared/model/run-snapshot';
import { message } from '@shared/text/message';
import { childEnvironment } from '../../../children/environment';
import { findProgram } from '../../../children/find-program';
import { ask, found, missing, type Answer } from '../../../children/ask';
import type { Mask } from './mask';

/** Longest for each question. */
const ASK_MS = 3_000;
const DIFF_MAX = 256 * 1024;
const STATUS_MAX = 4 * 1024 * 1024;
const UNTRACKED_NAMES = 200;

type Ask = (args: readonly string[], maxBytes?: number) => Promise<SnapshotPart<Answer>>;

/** The working tree that a folder is in. It is only looked at: nothing is written, refreshed or fetched. */
export async function gitSnapshot(cwd: string, mask: Mask, signal: AbortSignal): Promise<SnapshotPart<GitSnapshot>> {
  const env = { ...childEnvironment(), LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
  let command: string;
  try {
    command = findProgram('git', cwd, env);
  } catch {
    return missing(message('message.snapshot.noGit'));
  }
  // Of its settings, those that start a program of the repository's choice are left out. Windows would look for git in the folder
  // that it is started in.
  const ask_: Ask = (args, maxBytes = STATUS_MAX) =>
    ask({
      command,
      args: ['-C', cwd, '-c', 'core.fsmonitor=false', '-c', 'core.quotepath=false', ...args],
      cwd: homedir(),
      env,
      ms: ASK_MS,
      maxBytes,
      signal,
    });
  const root = await ask_(['rev-parse', '--show-toplevel']);
  if (root.value === null) return missing(root.why ?? '');
  if (root.value.code !== 0) {
    const isNone = root.value.stderr.includes('not a git repository');
    return missing(isNone ? message('message.snapshot.noRepository', { folder: cwd }) : mask.text(root.value.stderr));
  }
  const [commit, branch, remote, status, diff] = await Promise.all([
    ask_(['rev-parse', '--verify', '--quiet', 'HEAD']),
    ask_(['symbolic-ref', '--quiet', '--short', 'HEAD']),
    ask_(['config', '--get', 'remote.origin.url']),
    ask_(['status', '--porcelain=v1', '-z', '--untracked-files=normal']),
    ask_(['diff', '--no-ext-diff', '--no-textconv', '--no-color', 'HEAD'], DIFF_MAX),
  ]);
  // What a git that hangs now would have told is unknown, not absent.
  const late = [commit, branch, remote].find(({ value }) => value === null);
  if (late !== undefined) return missing(late.why ?? '');
  const id = lineOf(commit);
  const address = lineOf(remote);
  return found({
    root: lineOf(root) ?? cwd,
    commit: id,
    branch: lineOf(branch),
    remote: address === null ? null : mask.address(address),
    changes: changesOf(status, mask),
    diff: id === null ? missing(message('message.snapshot.noCommit')) : diffOf(diff, mask),
  });
}

/** What it answered; null = it said that there is none. */
function lineOf({ value }: SnapshotPart<Answer>): string | null {
  return value?.code === 0 ? value.text.trim() || null : null;
}

function changesOf({ value, why }: SnapshotPart<Answer>, mask: Mask): GitSnapshot['changes'] {
  if (value === null) return missing(why ?? '');
  if (value.isCut) return missing(message('message.snapshot.tooMany'));
  if (value.code !== 0) return missing(mask.text(value.stderr));
  const untracked: string[] = [];
  let changed = 0;
  const entries = value.text.split('\0');
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] ?? '';
    if (entry === '') continue;
    if (entry.startsWith('?? ')) untracked.push(entry.slice(3));
    else {
      changed += 1;
      // The name that it had before follows.
      if (/^[RC]|^.[RC]/.test(entry)) i += 1;
    }
  }
  return found({ changed, untracked: untracked.length, untrackedNames: untracked.slice(0, UNTRACKED_NAMES).map(mask.text) });
}

function diffOf({ value, why }: SnapshotPart<Answer>, mask: Mask): GitSnapshot['diff'] {
  if (value === null) return missing(why ?? '');
  if (!value.isCut && value.code !== 0) return missing(mask.text(value.stderr));
  // A line that was cut could end in half a secret, which nobody would know.
  const text = value.isCut ? value.text.slice(0, value.text.lastIndexOf('\n') + 1) : value.text;
  return found({ text: mask.code(text), isCut: value.isCut });
}
