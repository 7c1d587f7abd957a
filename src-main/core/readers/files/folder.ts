import { type Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { NoticeSink } from '../reading';
import type { FileContext, FileFormat, FoundFile, OpenFormat } from './file-format';
import type { FileSink } from './file-sink';
import { GrowingFile, type LookOptions, ReadBuffer } from './growing-file';
import { isPassedFolder } from './passed-folders';

/** How far a folder is searched: a program may write there whatever it likes. */
export interface FolderLimits {
  readonly depth: number;
  /** Files and folders looked at in one search. */
  readonly entries: number;
  /** Files read. */
  readonly files: number;
}

const defaultLimits: FolderLimits = { depth: 12, entries: 50_000, files: 2_000 };

/** A framework's own folder for one run says nothing that belongs into the name of a scalar, as long as there is one of them. */
const homes = /(?:^|\/)(?:lightning_logs\/(version_\d+)|wandb\/(?:offline-)?(run-[^/]+)|(?:(?:mlruns\/)?[^/]+\/)?([0-9a-f]{32}))(?=\/|$)/;

interface OpenFile {
  readonly found: FoundFile;
  readonly format: FileFormat;
  readonly file: GrowingFile;
  readonly reader: OpenFormat;
}

export interface FolderOptions {
  /** Null = only files that are added are read. */
  readonly root: string | null;
  readonly formats: readonly FileFormat[];
  readonly sink: FileSink;
  readonly limits?: Partial<FolderLimits>;
  /**
   * Whether a file that was found is read: null = not now; else how many of its bytes were there before and are no news. Left out =
   * all files are, whole.
   */
  readonly admit?: (file: FoundFile, format: FileFormat) => Promise<number | null>;
  /** It is one run's: names begin below the folder in which the first file was found. */
  readonly isOneRun?: boolean;
}

/** Folders that say of which part of the data their files are, and no more. */
const partFolder = /(?:^|\/)(?:train|training|val|valid|validation|test|eval|evaluation)$/i;

/**
 * The files of scalars in a folder and below it, found as they appear and read as they grow. Links are never followed, so that a
 * program's folder leads nowhere else.
 */
export class RunFolderFiles {
  private readonly open = new Map<string, OpenFile>();
  private readonly shared = new Map<string, object>();
  /** Which folder has a name of scalars that leaves its framework's folder out. */
  private readonly homeOwners = new Map<string, string>();
  private readonly buffer = new ReadBuffer();
  private readonly limits: FolderLimits;
  private readonly notice: NoticeSink;
  private readonly told = new Set<string>();
  private reading: OpenFile | null = null;
  /** Where the first file lay, of those that tell their numbers and of texts: a log beside them changes none of their names. */
  private readonly firstHomes = new Map<boolean, string>();
  private formats: readonly FileFormat[];
  private root: string | null = null;

  constructor(private readonly options: FolderOptions) {
    this.limits = { ...defaultLimits, ...options.limits };
    this.notice = options.sink.notice;
    this.formats = options.formats;
  }

  /** The file that a scalar is of, while it is told. */
  get current(): FoundFile | null {
    return this.reading?.found ?? null;
  }

  /** What is told was in its file before, and is no news. */
  get isQuiet(): boolean {
    return this.reading?.file.isQuiet ?? false;
  }

  /** What is told was told once before: its file was opened anew. */
  get isAgain(): boolean {
    return this.reading?.file.isAgain ?? false;
  }

  /** Of which kind the file is that a scalar is of, while it is told. */
  get format(): FileFormat | null {
    return this.reading?.format ?? null;
  }

  /** How far each file was taken, by its path. */
  get positions(): ReadonlyMap<string, number> {
    return new Map([...this.open].map(([path, { file }]) => [path, file.progress.doneBytes]));
  }

  /** Files found so far, in the order in which they are read. */
  get files(): readonly FoundFile[] {
    return [...this.open.values()].map(({ found }) => found);
  }

  get progress(): { readonly doneBytes: number; readonly totalBytes: number } {
    let [doneBytes, totalBytes] = [0, 0];
    for (const { file } of this.open.values()) {
      doneBytes += file.progress.doneBytes;
      totalBytes += file.progress.totalBytes;
    }
    return { doneBytes, totalBytes };
  }

  /**
   * Looks for new files and reads what is new in all.
   * @returns whether anything was new
   */
  async look(options: LookOptions = {}): Promise<boolean> {
    const fallbacks: [FoundFile, FileFormat][] = [];
    for (const found of options.isSearch === false ? [] : await this.search()) {
      if (this.open.has(found.path)) continue;
      const format = this.formats.find((each) => each.matches(found));
      if (format === undefined) continue;
      const quietBytes = this.options.admit === undefined ? 0 : await this.options.admit(found, format);
      if (format.isFallback === true) fallbacks.push([found, format]);
      else if (quietBytes !== null) this.add(found, format, quietBytes);
    }
    const isNews = await this.poll([...this.open.values()], options);
    const isTold = [...this.open.values()].some(({ format, reader }) => !format.isFallback && reader.isForeign !== true);
    const before = this.open.size;
    for (const [found, format] of fallbacks) this.add(found, isTold ? format.beside : format);
    if (this.open.size === before) return isNews;
    return (await this.poll([...this.open.values()].slice(before), options)) || isNews;
  }

  private async poll(files: readonly OpenFile[], options: LookOptions): Promise<boolean> {
    let isNews = false;
    for (const open of files) {
      const { file, reader } = open;
      if (options.signal?.aborted === true) break;
      this.reading = open;
      try {
        if (await file.poll(this.buffer, options)) isNews = true;
        if (options.isEnd === true) reader.flush();
      } finally {
        this.reading = null;
      }
    }
    return isNews;
  }

  /** Files of this kind are read by it from now on, and those that were read are read from their beginning again. */
  reopen(format: FileFormat, quietBytes: (path: string) => number): void {
    this.formats = this.formats.map((each) => (each.id === format.id ? format : each));
    for (const { found, bytes } of this.filesOf(format.id)) {
      this.open.delete(found.path);
      this.add(found, format, quietBytes(found.path), bytes);
    }
  }

  /** Those of one kind, how far they were taken, and whether they are read no further. */
  filesOf(id: FileFormat['id']): { readonly found: FoundFile; readonly bytes: number; readonly isForeign: boolean }[] {
    const all = [...this.open.values()].filter(({ format }) => format.id === id);
    return all.map(({ found, file, reader }) => ({ found, bytes: file.progress.doneBytes, isForeign: reader.isForeign === true }));
  }

  /**
   * Reads a file that was named, of the format that it is.
   * @param quietBytes of it were there before
   * @param againBytes of it were read before
   */
  add(found: FoundFile, format: FileFormat | undefined, quietBytes = 0, againBytes = 0): void {
    if (format === undefined || this.open.has(found.path)) return;
    if (this.open.size >= this.limits.files) {
      this.tellOnce(`There are more than ${this.limits.files.toLocaleString('en-US')} files of scalars; the others are left out.`);
      return;
    }
    const label = found.folder === '' ? found.name : `${found.folder}/${found.name}`;
    const prefix = this.options.isOneRun === true ? this.shortPrefixOf(found.folder, format.id === 'text') : this.prefixOf(found.folder);
    const context: FileContext = {
      label,
      prefix,
      sink: this.options.sink,
      shared: <T extends object>(owner: FileFormat, make: () => T): T => {
        const key = `${owner.id} ${prefix}`;
        const known = this.shared.get(key) ?? make();
        this.shared.set(key, known);
        return known as T;
      },
    };
    const reader = format.open(context, found);
    const file = new GrowingFile(found.path, label, reader, this.notice, quietBytes, againBytes);
    this.open.set(found.path, { found, format, reader, file });
  }

  private shortPrefixOf(folder: string, isText: boolean): string {
    const home = this.firstHomes.get(isText) ?? folder.replace(partFolder, '');
    this.firstHomes.set(isText, home);
    const isInside = home === '' || folder === home || folder.startsWith(`${home}/`);
    const name = isInside ? folder.slice(home.length).replace(/^\//, '') : folder;
    return name === '' ? '' : `${name}/`;
  }

  private prefixOf(folder: string): string {
    const home = homes.exec(folder);
    let name = folder;
    if (home !== null) {
      const [whole, ...groups] = home;
      const [before, after] = [folder.slice(0, home.index), folder.slice(home.index + whole.length)];
      const short = `${before}${after}`.replace(/^\//, '');
      const owner = folder.slice(0, home.index + whole.length);
      const key = before;
      if ((this.homeOwners.get(key) ?? owner) === owner) {
        this.homeOwners.set(key, owner);
        name = short;
      } else name = [before, `${groups.find((group) => group !== undefined) ?? ''}${after}`].filter((part) => part !== '').join('/');
    }
    return name === '' ? '' : `${name}/`;
  }

  /** What is there now, in order: files of one folder by the time in their names. */
  private async search(): Promise<FoundFile[]> {
    const found: FoundFile[] = [];
    let left = this.limits.entries;
    // What lies near the top comes first: a deep folder beside it must not take all that may be looked at.
    const walk = async (folders: readonly (readonly [path: string, folder: string])[], depth: number): Promise<void> => {
      const below: [string, string][] = [];
      for (const [path, folder] of folders) {
        if (left <= 0) {
          this.tellOnce(`${folder || '.'} holds more than is searched; what lies deeper is left out.`);
          return;
        }
        let entries: Dirent[];
        try {
          entries = await readdir(path, { withFileTypes: true });
        } catch {
          // It went, or is not for us: others are still read.
          continue;
        }
        left -= entries.length;
        const files = entries.filter((entry) => entry.isFile()).map(({ name }) => ({ path: join(path, name), folder, name }));
        found.push(...files.filter((file) => this.formats.some((format) => format.matches(file))).sort(byTime));
        for (const entry of entries.sort((a, b) => compare(a.name, b.name)))
          if (entry.isDirectory() && !isPassedFolder(entry.name))
            below.push([join(path, entry.name), folder === '' ? entry.name : `${folder}/${entry.name}`]);
      }
      const [deeper] = below;
      if (deeper === undefined) return;
      if (depth < this.limits.depth) await walk(below, depth + 1);
      else
        this.tellOnce(
          `${folders.find(([path]) => deeper[0].startsWith(path))?.[1] || '.'} holds more than is searched; what lies deeper is left out.`,
        );
    };
    if (this.options.root === null) return [];
    try {
      this.root ??= await realpath(this.options.root);
    } catch {
      return [];
    }
    await walk([[this.root, '']], 0);
    return found;
  }

  private tellOnce(notice: string): void {
    if (!this.told.has(notice)) this.notice(notice);
    this.told.add(notice);
  }
}

/** `events.out.tfevents.1700000000.host.1.0.v2`: of one folder, the one that began first is read first. */
function byTime(a: FoundFile, b: FoundFile): number {
  return timeOf(a.name) - timeOf(b.name) || compare(a.name, b.name);
}

function timeOf(name: string): number {
  return Number(/tfevents\.(\d{1,15})\b/.exec(name)?.[1] ?? 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
