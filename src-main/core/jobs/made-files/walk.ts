import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { MADE_FILES_LISTED_MAX, type MadeFiles, type MadeFilesBound } from '@shared/model/made-files';
import { isPassedFolder } from '../../readers/files/passed-folders';

/** How far a folder is searched: it may be a home folder, or hold a data set of a file an image. */
export interface WalkLimits {
  readonly depth: number;
  /** Files and folders looked at. */
  readonly entries: number;
}
const defaultLimits: WalkLimits = { depth: 8, entries: 20_000 };

/** A file's time is taken from a clock that stands still for some ms. */
const CLOCK_STEP_MS = 50;

export interface WalkOptions {
  readonly folder: string;
  readonly fromMs: number;
  /** Null = until now. */
  readonly toMs: number | null;
  /** Left out as a whole: what Coldaisle itself writes. */
  readonly except: readonly string[];
  readonly limits?: Partial<WalkLimits>;
  readonly signal?: AbortSignal;
}

/**
 * The files below a folder that were written in this time. By their times alone: what was there before need not be known, and it is
 * the same after a core was lost. Links are not followed.
 */
export async function walkMadeFiles({ folder, fromMs, toMs, except, limits = {}, signal }: WalkOptions): Promise<MadeFiles> {
  const { depth, entries } = { ...defaultLimits, ...limits };
  const bounds = new Set<MadeFilesBound>();
  let files: MadeFiles['files'] = [];
  let [count, bytes, left] = [0, 0, entries];
  const made = (): MadeFiles => ({ folder, fromMs, toMs, files: largest(files), count, bytes, bounds: [...bounds] });
  const [root, ...passed] = await Promise.all([folder, ...except].map((path) => realpath(path).catch(() => null)));
  if (root === null || root === undefined) {
    bounds.add('unreadable');
    return made();
  }
  /** What lies near the top comes first: a deep folder beside it must not take all that may be looked at. */
  let level: string[] = [''];
  for (let at = 0; level.length > 0; at++) {
    if (at > depth) {
      bounds.add('depth');
      break;
    }
    const below: string[] = [];
    for (const name of level) {
      if (signal?.aborted === true) bounds.add('time');
      if (left <= 0) bounds.add('entries');
      if (bounds.has('time') || bounds.has('entries')) return made();
      const path = join(root, name);
      let found: Dirent[];
      try {
        found = await readdir(path, { withFileTypes: true });
      } catch {
        // It went, or is not for us: others are still listed.
        if (name === '') bounds.add('unreadable');
        continue;
      }
      if (name !== '' && found.some((entry) => entry.name === 'pyvenv.cfg')) continue;
      if (found.length > left) bounds.add('entries');
      const looked = found.slice(0, left);
      left -= looked.length;
      for (const entry of looked) {
        const own = name === '' ? entry.name : `${name}/${entry.name}`;
        if (entry.isDirectory() && !isPassedFolder(entry.name) && !passed.includes(join(root, own))) below.push(own);
        if (!entry.isFile() || entry.name.startsWith('.')) continue;
        const stat = await lstat(join(root, own)).catch(() => null);
        if (stat === null || stat.mtimeMs < fromMs - CLOCK_STEP_MS || (toMs !== null && stat.mtimeMs > toMs + CLOCK_STEP_MS)) continue;
        count += 1;
        bytes += stat.size;
        const isNew = stat.birthtimeMs > 0 ? stat.birthtimeMs >= fromMs - CLOCK_STEP_MS : null;
        files.push({ path: own, bytes: stat.size, atMs: Math.round(stat.mtimeMs), isNew });
        if (files.length >= 2 * MADE_FILES_LISTED_MAX) files = largest(files);
      }
    }
    level = below;
  }
  return made();
}

function largest(files: MadeFiles['files']): MadeFiles['files'] {
  return files.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1)).slice(0, MADE_FILES_LISTED_MAX);
}
