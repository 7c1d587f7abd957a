import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@shared/base/log';
import { AppError } from '@shared/contract/errors';
import type { MadeFileNow, MadeFiles, MadeFilesNow } from '@shared/model/made-files';
import { PROGRAM_KIND } from '@shared/model/program';
import { isFinal, type Run } from '@shared/model/run';
import { message, type KeyedMessage } from '@shared/text/message';
import { describeProcess } from '../../processes/describe';
import type { RunTables } from '../../store/records/runs/runs';
import type { Jobs } from '../jobs-api';
import { walkMadeFiles } from './walk';

/** The list of a run that has ended may take so long, ms. */
const LIST_MS = 20_000;
/** As the core ends, it is waited for so long, ms. */
const CLOSE_MS = 2_000;
/** Files that are looked at together. */
const TOGETHER = 32;

export interface MadeFilesOptions {
  readonly runs: Pick<Jobs, 'get' | 'living' | 'onRun'>;
  readonly writer: { readonly runs: Pick<RunTables, 'putFiles'> };
  /** What is kept of a run; null = nothing is. */
  readonly kept: (runId: string, signal?: AbortSignal) => Promise<MadeFiles | null>;
  /** What Coldaisle itself writes to. */
  readonly own: readonly string[];
  readonly log: Log;
}

export interface MadeFilesAnswer {
  readonly made: MadeFilesNow | null;
  readonly why: KeyedMessage | null;
}

/** The files that programs made in their folders: looked up while a run is under way, listed and kept once it has ended. */
export class ProgramFiles {
  private readonly living: Set<string>;
  private readonly listing = new Map<string, Promise<void>>();
  private readonly abort = new AbortController();
  private readonly listening;

  constructor(private readonly options: MadeFilesOptions) {
    const { runs } = options;
    this.living = new Set(runs.living().map(({ id }) => id));
    this.listening = runs.onRun((run) => {
      if (!isFinal(run.status)) this.living.add(run.id);
      else if (this.living.delete(run.id)) this.keep(run);
    });
  }

  /** What a run made, as far as it is known now. @throws AppError `not-found`, `storage-failed` */
  async of(runId: string, signal?: AbortSignal): Promise<MadeFilesAnswer> {
    const run = this.options.runs.get(runId);
    if (run === null) throw new AppError('not-found', message('message.run.none', { run: runId }));
    if (isFinal(run.status)) {
      await this.listing.get(runId);
      const kept = await this.options.kept(runId, signal);
      if (kept !== null) return { made: await withState(kept), why: null };
    }
    const place = await this.placeOf(run);
    if ('id' in place) return { made: null, why: place };
    const made = await this.walk(run, place.folder, signal);
    // What a version before did not list is no news: a file that was written to since is not among them.
    return { made: { ...made, files: made.files.map((file) => ({ ...file, now: 'same' })) }, why: null };
  }

  /** Where a listed file lies. @throws AppError `not-found` for any other, and for one that is gone or lies behind a link */
  async find(runId: string, path: string): Promise<string> {
    const { made } = await this.of(runId);
    const isListed = made?.files.some((file) => file.path === path && file.now !== 'gone') ?? false;
    const none = new AppError('not-found', message('message.file.none', { path }));
    if (made === null || !isListed) throw none;
    const root = await realpath(made.folder).catch(() => null);
    if (root === null) throw none;
    const real = await realpath(join(root, path)).catch(() => null);
    if (real !== join(root, path)) throw none;
    return real;
  }

  async close(): Promise<void> {
    this.listening.dispose();
    const timer = setTimeout(() => this.abort.abort(), CLOSE_MS);
    await Promise.all(this.listing.values());
    clearTimeout(timer);
  }

  private keep(run: Run): void {
    const { writer, log } = this.options;
    const listing = this.list(run)
      .then((made) => made !== null && writer.runs.putFiles(run.id, made))
      .catch((error: unknown) => log('warn', `The files that run ${run.id} made could not be listed: ${String(error)}`))
      .then(() => void this.listing.delete(run.id));
    this.listing.set(run.id, listing);
  }

  private async list(run: Run): Promise<MadeFiles | null> {
    const place = await this.placeOf(run);
    if ('id' in place) return null;
    return this.walk(run, place.folder, AbortSignal.any([this.abort.signal, AbortSignal.timeout(LIST_MS)]));
  }

  private walk({ startedAtMs, endedAtMs, createdAtMs, control }: Run, folder: string, signal?: AbortSignal): Promise<MadeFiles> {
    const fromMs = control.adopted?.startedAtMs ?? startedAtMs ?? createdAtMs;
    return walkMadeFiles({ folder, fromMs, toMs: endedAtMs, except: this.options.own, ...(signal ? { signal } : {}) });
  }

  /** @returns why there is none */
  private async placeOf({ kind, params, startedAtMs, status, control }: Run): Promise<{ readonly folder: string } | KeyedMessage> {
    const { cwd } = params;
    if (kind !== PROGRAM_KIND) return message('message.files.notProgram');
    if (startedAtMs === null) return message('message.files.notBegun');
    if (typeof cwd !== 'string' || cwd === '') return message('message.files.noFolder');
    if (control.adopted?.isContained !== true) return { folder: cwd };
    // Its folder is reached by its process alone.
    const process = isFinal(status) ? null : await describeProcess(control.adopted.pid);
    const folder = process !== null && 'folder' in process ? process.folder : null;
    return folder === null ? message('message.files.contained') : { folder };
  }
}

async function withState(made: MadeFiles): Promise<MadeFilesNow> {
  const files: MadeFileNow[] = [];
  for (let at = 0; at < made.files.length; at += TOGETHER)
    files.push(
      ...(await Promise.all(
        made.files.slice(at, at + TOGETHER).map(async (file): Promise<MadeFileNow> => {
          const stat = await lstat(join(made.folder, file.path)).catch(() => null);
          if (stat?.isFile() !== true) return { ...file, now: 'gone' };
          return { ...file, now: stat.size === file.bytes && Math.round(stat.mtimeMs) === file.atMs ? 'same' : 'changed' };
        }),
      )),
    );
  return { ...made, files };
}
