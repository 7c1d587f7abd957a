import { type BigIntStats, readFileSync, realpathSync } from 'node:fs';
import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { MarkRule } from '@shared/model/mark';
import { fileFormats } from '../readers/files';
import type { FileFormat, FoundFile } from '../readers/files/file-format';
import { type FolderOptions, RunFolderFiles } from '../readers/files/folder';
import { helperLines } from '../readers/files/helper-lines';
import type { LookOptions } from '../readers/files/growing-file';
import { NameOwners } from '../readers/files/name-owners';
import type { NoticeSink, ScalarReading } from '../readers/reading';
import type { ScalarSource } from './scalar-owners';
import { LiveTextLogs } from './text-logs/live-text-logs';
import { keepTextLogs, type TextLog } from './text-logs/text-log-list';

/** What is known is read this often, ms: a value is on the page within a second. */
const READ_EVERY_MS = 400;
/** New files are looked for this often, ms, and never for more than a fiftieth of the time. */
const SEARCH_EVERY_MS = 2_000;
const SEARCH_SHARE = 50;
/** How far a program's folder is searched: it may be a home folder, or hold a data set of a file an image. */
const limits = { depth: 6, entries: 10_000, files: 200 };
/** Files that were there before of which is known how they were. */
const MAX_BEFORE = 2_000;
/** What is compared to tell a file that was appended to from one that was written anew, bytes. */
const TAIL_BYTES = 64;
/** The last look may take so long, ms: a program has ended, and its run is to end too. */
const LAST_LOOK_MS = 5_000;

/** A text is read last, and by more than one of its name: see {@link LiveTextLogs}. */
const formats = fileFormats.filter(({ isFallback }) => isFallback !== true);

const Before = z.object({ bytes: z.number(), mtimeNs: z.string(), tail: z.string() });
type Before = z.infer<typeof Before>;
/** Kept beside the run, so that a core after this one goes on where this one was. */
const Kept = z.object({ before: z.record(z.string(), Before), taken: z.record(z.string(), z.number()) });

export interface RunFilesPlaces {
  /** Folders in which the program may write what it learns. */
  readonly folders: readonly string[];
  /** Where the helper on Python's path writes. */
  readonly helperDir: string;
  /** Where is kept how far they were read. */
  readonly statePath: string;
  /** A core before this one began with it. */
  readonly isAdopted: boolean;
  /** Its program had begun before it was watched: all that is there at first was there before. */
  readonly isForeign?: boolean;
}

export interface RunFilesOptions extends RunFilesPlaces {
  readonly tell: (reading: ScalarReading, source: ScalarSource, isQuiet: boolean) => void;
  /** Waited for after each part that was told. */
  readonly settled: () => Promise<void>;
  readonly notice: NoticeSink;
  /** Wall clock right before its program began, ms: a core that comes later, or late, knows by it which files are the program's. */
  readonly startedAtMs: number;
  /** The numbers that a person marked in its lines. */
  readonly rules?: readonly MarkRule[];
}

/**
 * The files of scalars that a program writes while it runs, read as they grow. What was there before is none of its own, but for
 * what it adds to it.
 */
export class RunFiles {
  private readonly trees: readonly RunFolderFiles[];
  private readonly helper: RunFolderFiles;
  private readonly texts: LiveTextLogs;
  private readonly before = new Map<string, Before>();
  private readonly taken: ReadonlyMap<string, number>;
  private readonly abort = new AbortController();
  /** Two CSV files in one folder may have the same columns. */
  private readonly csvOf = new NameOwners();
  private readonly startedAtMs: number;
  private working: Promise<void>;
  private timer: NodeJS.Timeout | null = null;
  private nextSearchMono = 0;
  private nextKeepMono = 0;
  private positions: Record<string, number> = {};
  private isFirstSearch = true;
  private isEnded = false;

  constructor(private readonly options: RunFilesOptions) {
    this.startedAtMs = options.isForeign === true ? Infinity : options.startedAtMs;
    const kept = options.isAdopted ? readKept(options.statePath) : null;
    if (kept !== null) for (const [path, each] of Object.entries(kept.before)) this.before.set(path, each);
    this.taken = new Map(Object.entries(kept?.taken ?? {}));
    const { rules = [], notice, folders, statePath } = options;
    // The run's folder lies among those of all runs, in the folder with all of Coldaisle's data.
    const own = realOf(dirname(dirname(dirname(statePath))));
    this.texts = new LiveTextLogs({ rules, own, folders: folders.map(realOf), notice });
    const all = [...formats, this.texts.format];
    this.trees = [...new Set(folders)].map((root) => this.tree(root, all, (file, format) => this.admit(file, format)));
    this.helper = this.tree(options.helperDir, [helperLines], ({ path }) => Promise.resolve(this.taken.get(path) ?? 0));
    this.isFirstSearch = kept === null;
    this.working = this.work(true);
  }

  /** A helper is in the program, and may tell what is printed. */
  get hasHelper(): boolean {
    return this.helper.files.length > 0;
  }

  /** The texts that are read as its logs, as far as they were read. */
  get textLogs(): readonly TextLog[] {
    return this.texts.list(this.trees);
  }

  /** By these rules from now on; numbers of `fresh` are told from the beginning. Resolves once they are. */
  async remark(rules: readonly MarkRule[], fresh: string | null, dropped: readonly string[]): Promise<void> {
    const looked = this.working.then(async () => {
      if (this.isEnded) return;
      this.texts.remark(this.trees, rules, fresh, dropped);
      await this.look({ isSearch: false });
    });
    this.working = looked.catch((error: unknown) => this.tellUnread(error));
    await this.working;
  }

  /** The program has ended: reads what is left. */
  async end(): Promise<void> {
    this.isEnded = true;
    if (this.timer) clearTimeout(this.timer);
    const limit = setTimeout(() => this.abort.abort(), LAST_LOOK_MS);
    try {
      await this.working;
      await this.look({ isEnd: true });
      const { textLogs } = this;
      if (textLogs.length > 0) await keepTextLogs(dirname(this.options.statePath), textLogs);
    } finally {
      clearTimeout(limit);
      for (const path of [this.options.helperDir, this.options.statePath])
        await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** Reads no more: keeps how far it was read, for a core after this one, to which all that was told until then is known. */
  async leave(): Promise<void> {
    this.isEnded = true;
    if (this.timer) clearTimeout(this.timer);
    const limit = setTimeout(() => this.abort.abort(), LAST_LOOK_MS);
    await this.working;
    clearTimeout(limit);
    // The first takes down what was told when it was called before.
    await this.keep();
    await this.keep();
  }

  private tree(root: string, of: readonly FileFormat[], admit: NonNullable<FolderOptions['admit']>): RunFolderFiles {
    const files: RunFolderFiles = new RunFolderFiles({
      root,
      formats: of,
      limits,
      admit,
      isOneRun: true,
      sink: {
        scalar: (reading) => this.tell(files, reading),
        parameter: () => undefined,
        other: () => undefined,
        notice: this.options.notice,
      },
    });
    return files;
  }

  private tell(files: RunFolderFiles, reading: ScalarReading): void {
    const { format, current, isQuiet } = files;
    if (format === null || current === null) return;
    if (format.id === 'text' && !this.texts.filter(reading, current, files)) return;
    const name = format.id === 'csv' ? this.csvOf.nameFor(reading.name, current.path) : reading.name;
    this.options.tell({ ...reading, name }, format.id, isQuiet);
  }

  private async work(isSearch: boolean): Promise<void> {
    try {
      await this.look({ isSearch });
    } catch (error) {
      this.tellUnread(error);
    }
    if (this.isEnded) return;
    this.timer = setTimeout(() => {
      this.working = this.working.then(() => this.work(performance.now() >= this.nextSearchMono));
    }, READ_EVERY_MS);
    // Its program holds the core up, not this.
    this.timer.unref();
  }

  private tellUnread(error: unknown): void {
    this.options.notice(`The files of this run could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }

  private async look({ isSearch = true, isEnd = false }: Pick<LookOptions, 'isSearch' | 'isEnd'>): Promise<void> {
    const from = performance.now();
    const common = { isEnd, signal: this.abort.signal, between: this.options.settled };
    await this.helper.look(common);
    for (const tree of this.trees) await tree.look({ ...common, isSearch });
    if (isSearch) {
      this.isFirstSearch = false;
      const tookMs = performance.now() - from;
      this.nextSearchMono = performance.now() + Math.max(SEARCH_EVERY_MS, SEARCH_SHARE * tookMs);
    }
    await this.dropHelperFiles();
    if (performance.now() >= this.nextKeepMono) await this.keep();
  }

  /**
   * A file of before is read once the program writes to it. The first search tells which these are; what its program had already
   * written by then is told from them by its time.
   */
  private async admit(file: FoundFile, format: FileFormat): Promise<number | null> {
    const before = await this.bytesBefore(file);
    if (before === null || format.id !== 'text') return before;
    const taken = this.taken.get(file.path) ?? 0;
    const own = taken > 0 ? Math.min(taken, this.before.get(file.path)?.bytes ?? 0) : before;
    return (await this.texts.admits(file, own, taken)) ? before : null;
  }

  private async bytesBefore({ path }: FoundFile): Promise<number | null> {
    const known = this.before.get(path);
    const now = await stat(path, { bigint: true }).catch(() => null);
    if (now === null) return null;
    const taken = this.taken.get(path);
    if (taken !== undefined) return taken;
    if (known !== undefined) {
      if (String(now.mtimeNs) === known.mtimeNs && Number(now.size) === known.bytes) return null;
      const isAppended = Number(now.size) >= known.bytes && (await tailOf(path, known.bytes)) === known.tail;
      return isAppended ? known.bytes : 0;
    }
    if (isSince(now.mtimeNs, this.startedAtMs)) return 0;
    const isFull = this.before.size >= MAX_BEFORE;
    // Of more than are remembered, one that was not written to since cannot be the program's.
    if (!this.isFirstSearch) return isFull && !isSince(now.birthtimeNs, this.startedAtMs) ? null : 0;
    if (!isFull) this.before.set(path, await beforeOf(path, now));
    return null;
  }

  /** Of a helper's file that was read whole, and that it goes on from in another, nothing is needed any more. */
  private async dropHelperFiles(): Promise<void> {
    const files = this.helper.files.map(({ path, name }) => ({ path, ...partOf(name) }));
    for (const { path, writer, part } of files) {
      if (!files.some((other) => other.writer === writer && other.part > part + 1)) continue;
      const size = await stat(path).then(
        (each) => each.size,
        () => null,
      );
      if (size !== null && this.helper.positions.get(path) === size) await rm(path, { force: true }).catch(() => undefined);
    }
  }

  /** What was told a while ago has come to the database: a core after this one may read a part of it twice, and misses none. */
  private async keep(): Promise<void> {
    const { statePath, notice } = this.options;
    this.nextKeepMono = performance.now() + SEARCH_EVERY_MS;
    const kept = JSON.stringify({ before: Object.fromEntries(this.before), taken: this.positions } satisfies z.infer<typeof Kept>);
    this.positions = Object.fromEntries([this.helper, ...this.trees].flatMap((tree) => [...tree.positions]));
    try {
      await writeFile(`${statePath}.new`, kept, { mode: 0o600 });
      await rename(`${statePath}.new`, statePath);
    } catch (error) {
      this.nextKeepMono = Infinity;
      notice(`How far its files were read could not be kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** `4711-3.jsonl`: the fourth file of process 4711. */
function partOf(name: string): { readonly writer: string; readonly part: number } {
  const [, writer = name, part = '0'] = /^(.*)-(\d+)\.jsonl$/.exec(name) ?? [];
  return { writer, part: Number(part) };
}

/** Whether a file's time is of that moment (ms) or later. Some disks and shares keep whole seconds only, FAT every second one. */
function isSince(timeNs: bigint, ms: number): boolean {
  const isCoarse = timeNs % 1_000_000_000n === 0n;
  return Number(timeNs / 1_000n) / 1_000 >= (isCoarse ? Math.floor(ms / 2_000) * 2_000 : ms);
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function beforeOf(path: string, { size, mtimeNs }: BigIntStats): Promise<Before> {
  return { bytes: Number(size), mtimeNs: String(mtimeNs), tail: await tailOf(path, Number(size)) };
}

/** What stands before a place of a file. */
async function tailOf(path: string, to: number): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const length = Math.min(TAIL_BYTES, to);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, to - length);
      return buffer.subarray(0, bytesRead).toString('base64');
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

function readKept(path: string): z.infer<typeof Kept> | null {
  try {
    return Kept.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** The file in a run's folder that {@link RunFilesPlaces.statePath} names. */
export const filesState = (runFolder: string): string => join(runFolder, 'files.json');
