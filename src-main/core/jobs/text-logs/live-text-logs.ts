import { fstatSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { MarkRule } from '@shared/model/mark';
import type { FoundFile } from '../../readers/files/file-format';
import type { RunFolderFiles } from '../../readers/files/folder';
import { LIVE_LOG_BYTES, liveTextLogsWith } from '../../readers/files/text-log';
import type { NoticeSink, ScalarReading } from '../../readers/reading';
import type { TextLog } from './text-log-list';

/** Text logs of one run that are read; a data set may be a text a picture. */
const LOGS_MAX = 20;
const NAMES_MAX = 2_000;

export interface LiveTextLogsOptions {
  readonly rules: readonly MarkRule[];
  /** The folder in which Coldaisle itself writes, and those in it that are the program's all the same. */
  readonly own: string;
  readonly folders: readonly string[];
  readonly notice: NoticeSink;
}

/**
 * Which texts of a program that runs are read as its logs, and what of their numbers is told.
 *
 * Programs print what they also log. A number is known by its name: of what is printed and what stands in a log the printed one is kept
 * (see ScalarOwners), and of several logs of a folder the first that told it.
 */
export class LiveTextLogs {
  private rules: readonly MarkRule[];
  /** The rule whose numbers are also told of what was read before it was made. */
  private fresh: string | null = null;
  private readonly again = new Set<string>();
  private readonly admitted = new Set<string>();
  private readonly before = new Map<string, number>();
  private readonly fileOf = new Map<string, string>();
  private readonly told = new Set<string>();

  constructor(private readonly options: LiveTextLogsOptions) {
    this.rules = options.rules;
  }

  get format(): ReturnType<typeof liveTextLogsWith> {
    return liveTextLogsWith(this.rules);
  }

  /**
   * @param before how many of its bytes are none of this run's, for one that the program writes to
   * @param taken how many a core before this one has read
   */
  async admits({ path }: FoundFile, before: number, taken: number): Promise<boolean> {
    const { own, folders } = this.options;
    if (isIn(path, own) && !folders.some((folder) => isIn(folder, own) && isIn(path, folder))) return false;
    const file = await stat(path).catch(() => null);
    if (file === null || isOwnOutput(file)) return false;
    if (file.size > LIVE_LOG_BYTES && taken === 0) {
      this.tellOnce(`${path} is longer than ${LIVE_LOG_BYTES / 1024 / 1024} MiB and is not read as a log.`);
      return false;
    }
    if (!this.admitted.has(path) && this.admitted.size >= LOGS_MAX) {
      this.tellOnce(`It writes more than ${LOGS_MAX} texts; the others are not read as logs.`);
      return false;
    }
    this.admitted.add(path);
    this.before.set(path, before);
    return true;
  }

  /** What of a number in a log is told; null = nothing is. */
  filter(
    reading: ScalarReading,
    { path, name: file }: FoundFile,
    phase: { readonly isQuiet: boolean; readonly isAgain: boolean },
  ): boolean {
    const isRead = (phase.isQuiet || phase.isAgain) && this.again.has(path);
    if (isRead && !(phase.isAgain && reading.isMarked === true && reading.name === this.fresh)) return false;
    const { name } = reading;
    const first = this.fileOf.get(name);
    if (first === undefined && this.fileOf.size < NAMES_MAX) this.fileOf.set(name, path);
    if (first === undefined || first === path) return true;
    this.tellOnce(`${file} tells what another log of this run tells too, ${name} among it: each is taken from the first of them.`);
    return false;
  }

  /** By these rules from now on: what is open is read from its beginning again, for the numbers of `fresh`. */
  remark(trees: readonly RunFolderFiles[], rules: readonly MarkRule[], fresh: string | null, dropped: readonly string[]): void {
    this.rules = rules;
    this.fresh = fresh;
    for (const name of [...dropped, ...(fresh === null ? [] : [fresh])]) this.fileOf.delete(name);
    for (const tree of trees) {
      for (const { found } of tree.filesOf('text')) this.again.add(found.path);
      tree.reopen(this.format, (path) => this.before.get(path) ?? 0);
    }
  }

  list(trees: readonly RunFolderFiles[]): TextLog[] {
    // What turned out to be no text is none; one that grew too long is, as far as it was read.
    const texts = trees.flatMap((tree) => tree.filesOf('text')).filter(({ isForeign, bytes }) => !isForeign || bytes >= LIVE_LOG_BYTES);
    return texts.map(({ found: { path, folder, name }, bytes }) => ({
      path,
      label: folder === '' ? name : `${folder}/${name}`,
      from: Math.min(bytes, this.before.get(path) ?? 0),
      to: bytes,
    }));
  }

  private tellOnce(notice: string): void {
    if (this.told.has(notice) || this.told.size >= LOGS_MAX) return;
    this.told.add(notice);
    this.options.notice(notice);
  }
}

const isIn = (path: string, folder: string): boolean => path.startsWith(folder + sep);

/** What this process prints may be sent to a file in the folder of the program that it runs: reading that would feed on itself. */
function isOwnOutput({ dev, ino }: { readonly dev: number; readonly ino: number }): boolean {
  return [1, 2].some((output) => {
    try {
      const own = fstatSync(output);
      return own.dev === dev && own.ino === ino;
    } catch {
      return false;
    }
  });
}
