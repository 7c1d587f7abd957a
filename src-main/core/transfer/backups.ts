import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Log } from '@shared/base/log';
import { Emitter } from '@shared/base/emitter';
import { AppError, isAppError } from '@shared/contract/errors';
import type { BackupState } from '@shared/model/backup';
import { message } from '@shared/text/message';
import { assertRestorable } from '../store/file/copy';
import { folderError } from '../store/file/errors';
import { sqliteBinding } from '../store/file/open';
import { latestVersion } from '../store/file/migrate';
import { migrations } from '../store/repositories';
import { openReader } from '../store/reader';
import { dropStagedRestore, stagedRestorePath } from '../store/file/restore';

/** How often the progress of a copy is told, ms. */
const PROGRESS_EVERY_MS = 250;

export interface CopyOptions {
  readonly from: string;
  /** Must not exist. */
  readonly to: string;
  /** The bundled reader worker; it copies on a thread of its own. */
  readonly readerWorker: string;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Copies a database that may be in use to a file that is whole and checked as soon as it is there under its name.
 * @throws {AppError} `conflict` (`to` exists), `cancelled`, `storage-full`, `storage-failed`
 */
export async function copyWhole({ from, to, readerWorker, onProgress = () => undefined, signal }: CopyOptions): Promise<void> {
  if (existsSync(to)) throw new AppError('conflict', message('message.file.exists', { path: to }));
  const part = `${to}.part`;
  try {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    rmSync(part, { force: true });
  } catch (error) {
    throw folderError(error, to);
  }
  const totalBytes = sizeOf(from);
  const reader = openReader({ databasePath: from, workerPath: readerWorker });
  const timer = setInterval(() => onProgress(Math.min(sizeOf(part), totalBytes), totalBytes), PROGRESS_EVERY_MS);
  try {
    onProgress(0, totalBytes);
    await reader.file.copyTo({ to: part }, signal);
    renameSync(part, to);
  } catch (error) {
    throw folderError(error, to);
  } finally {
    clearInterval(timer);
    await reader.close();
    rmSync(part, { force: true });
  }
}

/**
 * Checks a backup and lays a copy of it where the next start takes it from; the backup itself is not changed.
 * @throws {AppError} `not-found`, `invalid-input` (no backup, damaged, of a newer version), `cancelled`, `storage-full`, `storage-failed`
 */
export async function stageRestore(options: Omit<CopyOptions, 'to'> & { readonly databasePath: string }): Promise<void> {
  assertRestorable(options.from, latestVersion(migrations), sqliteBinding());
  dropStagedRestore(options.databasePath);
  await copyWhole({ ...options, to: stagedRestorePath(options.databasePath) });
}

const BACKUP_NAME = /^[^/\\]+\.sqlite3$/;

export interface BackupsOptions {
  readonly databasePath: string;
  readonly readerWorker: string;
  /** Shows a file in its folder; null where the runtime cannot. */
  readonly showFile: ((path: string) => void) | null;
  readonly log: Log;
}

/**
 * Backups of the running core: made into, and restored from, `backups/` of the data folder, by name. A page never gives
 * a path (whoever has the page could write anywhere) and never gets or sends the file (a database of gigabytes would go
 * through its memory): a file from elsewhere is put into the folder by hand, or restored from the terminal.
 *
 * One copy at a time. A restore takes effect at the next start.
 */
export class Backups {
  readonly changed: Emitter<BackupState>;
  private readonly folder: string;
  private job: BackupState['job'] = null;
  private staged: string | null = null;
  private outcome: BackupState['outcome'] = null;
  private readonly closing = new AbortController();
  private abort: AbortController | null = null;
  private running: Promise<void> | null = null;

  constructor(private readonly options: BackupsOptions) {
    this.folder = join(dirname(options.databasePath), 'backups');
    this.changed = new Emitter<BackupState>((error) => options.log('error', `a listener of the backups failed: ${String(error)}`));
    // What a killed core left half-way; nobody else uses these names.
    for (const name of names(this.folder, /^coldaisle-[\dTZ.]+\.sqlite3\.part(-\w+)?$/)) rmSync(join(this.folder, name), { force: true });
    rmSync(`${stagedRestorePath(options.databasePath)}.part`, { force: true });
  }

  get state(): BackupState {
    const dataDir = dirname(this.options.databasePath);
    const backups = names(this.folder, BACKUP_NAME).flatMap((name) => {
      const stat = statSync(join(this.folder, name), { throwIfNoEntry: false });
      return stat?.isFile() ? [{ name, bytes: stat.size, madeAtMs: Math.round(stat.mtimeMs) }] : [];
    });
    return {
      folder: this.folder,
      backups: backups.sort((a, b) => b.madeAtMs - a.madeAtMs),
      job: this.job,
      outcome: this.outcome,
      canShow: this.options.showFile !== null,
      staged: this.staged,
      setAside: names(dataDir, /^coldaisle\.before-restore-.*\.sqlite3$/),
    };
  }

  /** @returns its name. @throws {AppError} `conflict` while another copy runs, and as copyWhole */
  async create(nowMs = Date.now()): Promise<string> {
    const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
    let name = `coldaisle-${stamp}.sqlite3`;
    for (let attempt = 2; existsSync(join(this.folder, name)); attempt++) name = `coldaisle-${stamp}.${attempt}.sqlite3`;
    await this.copying('backup', name, (options) =>
      copyWhole({ ...options, from: this.options.databasePath, to: join(this.folder, name) }),
    );
    this.options.log('info', `backup ${name} made`);
    return name;
  }

  /** Lays the backup ready for the next start. @throws {AppError} `conflict` while another copy runs, and as stageRestore */
  async restore(name: string): Promise<void> {
    assertName(name);
    await this.copying('restore', name, (options) =>
      stageRestore({ ...options, from: join(this.folder, name), databasePath: this.options.databasePath }),
    );
    this.staged = name;
    this.changed.emit(this.state);
  }

  /** Gives up the copy under way; settles when nothing of it is left. */
  async cancel(): Promise<void> {
    this.abort?.abort();
    await this.running;
  }

  dismiss(): void {
    this.outcome = null;
    this.changed.emit(this.state);
  }

  /** @throws {AppError} `invalid-input` (no name of a backup), `not-found` (it is not there, or this runtime cannot) */
  show(name: string): void {
    assertName(name);
    const path = join(this.folder, name);
    if (this.options.showFile === null || !existsSync(path)) throw new AppError('not-found', message('message.file.none', { path }));
    this.options.showFile(path);
  }

  /** Gives a restore up that waits for the next start. */
  unstage(): void {
    dropStagedRestore(this.options.databasePath);
    this.staged = null;
    this.changed.emit(this.state);
  }

  /** Gives up what is being copied and waits until it is gone. Safe twice. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async copying(
    kind: 'backup' | 'restore',
    name: string,
    copy: (options: Pick<CopyOptions, 'readerWorker' | 'onProgress' | 'signal'>) => Promise<void>,
  ): Promise<void> {
    if (this.running !== null) throw new AppError('conflict', message('message.backup.busy'));
    const onProgress = (doneBytes: number, totalBytes: number): void => {
      this.job = { kind, name, doneBytes, totalBytes };
      this.changed.emit(this.state);
    };
    if (kind === 'restore') this.staged = null;
    this.outcome = null;
    this.abort = new AbortController();
    const work = copy({
      readerWorker: this.options.readerWorker,
      onProgress,
      signal: AbortSignal.any([this.abort.signal, this.closing.signal]),
    });
    this.running = work.catch(() => undefined);
    try {
      await work;
      this.outcome = { kind, name, bytes: sizeOf(join(this.folder, name)), error: null };
    } catch (error) {
      if (!isAppError(error, 'cancelled')) this.outcome = { kind, name, bytes: 0, error: told(error) };
      throw error;
    } finally {
      this.running = null;
      this.abort = null;
      this.job = null;
      this.changed.emit(this.state);
    }
  }
}

function assertName(name: string): void {
  if (!BACKUP_NAME.test(name) || basename(name) !== name) throw new AppError('invalid-input', message('message.backup.notAName', { name }));
}

function told(error: unknown): NonNullable<NonNullable<BackupState['outcome']>['error']> {
  const { code, localized } = isAppError(error) ? error : new AppError('internal', message('message.backup.failed'), { cause: error });
  return { code, message: localized };
}

function names(folder: string, pattern: RegExp): string[] {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name));
  } catch {
    // Not made yet, or not to be read: nothing can be restored from it either way.
    return [];
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
