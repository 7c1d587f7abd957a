import { chmodSync, closeSync, lstatSync, openSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What lies in a data folder, by name; whatever else is in it is not ours. */
const own = [/^coldaisle\.(?:[\w.-]+\.)?(?:sqlite3|lock|pid)/, /^(?:backups|datasets|imports|logs|runs|scenarios|engines|window)$/];
/** In these every file is for its owner alone; the others are closed by their folder. */
const listed = new Set(['backups', 'imports', 'logs', 'runs']);
const OTHERS = 0o077;
const STICKY = 0o1000;

/** How a data folder stands to the other users of this machine. */
export type Privacy =
  | { readonly state: 'private' }
  /** The folder holds things of others too and stays as it is; what is ours in it is closed. */
  | { readonly state: 'shared' }
  /** These others can read, or write, and it could not be helped. */
  | { readonly state: 'open'; readonly paths: readonly string[] };

/** Makes a file that only its owner can read, unless there is one: SQLite makes its own readable for everybody, and gives the journals beside it the same mode. */
export function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // It exists, or cannot be made: whoever opens it next will say why.
  }
}

/** Closes what of a data folder is ours to everybody else; also what an earlier version, or an import by hand, left open. */
export function makePrivate(dataDir: string): void {
  if (process.platform === 'win32') return;
  for (const path of exposed(dataDir, true)) {
    try {
      chmodSync(path, statSync(path).isDirectory() ? 0o700 : 0o600);
    } catch {
      // Not ours to change: the doctor names it.
    }
  }
}

export function privacyOf(dataDir: string): Privacy {
  // There the folder inherits its access from the user's own.
  if (process.platform === 'win32') return { state: 'private' };
  const paths = exposed(dataDir, false);
  if (paths.length > 0) return { state: 'open', paths };
  return isOpen(dataDir) ? { state: 'shared' } : { state: 'private' };
}

/** @param whole also what lies in a folder that is closed: it may be opened, or moved, one day */
function exposed(dataDir: string, whole: boolean): string[] {
  const entries = names(dataDir);
  const foreign = entries.some((name) => !name.startsWith('.') && !own.some((pattern) => pattern.test(name)));
  // A home, or /tmp, given as the data folder is not ours to close.
  const shared = foreign || (modeOf(dataDir) & STICKY) !== 0 || !isMine(dataDir);
  const closed = !shared && !isOpen(dataDir);
  const mine = entries.filter((name) => own.some((pattern) => pattern.test(name))).map((name) => join(dataDir, name));
  const within = mine
    .filter((path) => listed.has(basename(path)) && (whole || isOpen(path)))
    .flatMap((dir) => names(dir).map((name) => join(dir, name)));
  const candidates = closed && !whole ? [] : [...mine, ...within];
  return [...(shared ? [] : [dataDir]), ...candidates].filter(isOpen);
}

function isMine(path: string): boolean {
  const uid = lstatSync(path, { throwIfNoEntry: false })?.uid;
  return uid === undefined || uid === process.getuid?.();
}

const isOpen = (path: string): boolean => (modeOf(path) & OTHERS) !== 0;

/** 0 for what is not there, and for a link: its own mode says nothing, and what it leads to is not ours. */
function modeOf(path: string): number {
  try {
    const stat = lstatSync(path);
    return stat.isSymbolicLink() ? 0 : stat.mode & 0o7777;
  } catch {
    return 0;
  }
}

function names(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
