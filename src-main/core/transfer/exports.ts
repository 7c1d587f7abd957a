import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { Emitter } from '@shared/base/emitter';
import { AppError, isAppError } from '@shared/contract/errors';
import type { ExportEntry, ExportFormat, ExportRequest } from '@shared/model/export';
import { message } from '@shared/text/message';
import type { CoreLog } from '../options';
import type { HistorySelection } from '../store/samples/types';
import type { StoreReader } from '../store/types';
import { exportChunks, type ExportChunk } from './export';
import { writeExport } from './export-file';

/** How often the progress of an export is told, ms. */
const PROGRESS_EVERY_MS = 250;
/** A browser that was told where its file is fetches it at once, ms. */
const FETCH_WITHIN_MS = 60_000;
const MAX_OPEN = 16;
const KEPT_ENTRIES = 20;

const kinds: Readonly<Record<ExportFormat, { readonly ending: string; readonly type: string }>> = {
  csv: { ending: 'csv', type: 'text/csv; charset=utf-8' },
  openmetrics: { ending: 'om', type: 'application/openmetrics-text; version=1.0.0; charset=utf-8' },
  parquet: { ending: 'parquet', type: 'application/vnd.apache.parquet' },
};

/** File name with the range in UTC, safe on every file system: coldaisle_20261123T140000Z_20261123T150000Z.csv */
export function exportName({ fromMs, toMs, format }: ExportRequest): string {
  const stamp = (ms: number): string => new Date(Math.min(ms, 8_640_000_000_000_000)).toISOString().replace(/[-:+]|\.\d+/g, '');
  return `coldaisle_${stamp(fromMs)}_${stamp(toMs)}.${kinds[format].ending}`;
}

/** A file as an HTTP answer. Whoever takes it reads the chunks to the end or returns them early, also before the first: then it counts as cancelled. */
export interface Download {
  readonly name: string;
  readonly type: string;
  readonly chunks: AsyncIterableIterator<Uint8Array<ArrayBuffer>, void>;
}

export interface ExportsOptions {
  readonly reader: StoreReader;
  /** Asks a person where to save a file of this name; null = they chose nothing. Null where the runtime has no dialogs. */
  readonly chooseSavePath: ((name: string) => Promise<string | null>) | null;
  /** Shows a file in its folder; null where the runtime cannot. */
  readonly showFile: ((path: string) => void) | null;
  readonly log: CoreLog;
}

interface Open {
  readonly request: ExportRequest;
  readonly abort: AbortController;
  /** Where the core writes it; null = the browser does. */
  readonly path: string | null;
  /** Of one that waits to be fetched. */
  readonly timer: NodeJS.Timeout | null;
  work: Promise<void>;
  /** How much of the selection was read. */
  share: number;
}

/**
 * Exports of the running core. On a desktop the core writes the file itself, where a person chose; a page never gives a path
 * and never holds the file. Without dialogs the browser fetches it by an address of one use, as it is made.
 */
export class Exports {
  readonly changed: Emitter<{ exports: ExportEntry[] }>;
  private entries: ExportEntry[] = [];
  private readonly open = new Map<string, Open>();
  /** Where those lie that the core has written whole. */
  private readonly written = new Map<string, string>();
  private toldMs = 0;
  private closed = false;

  constructor(private readonly options: ExportsOptions) {
    this.changed = new Emitter((error) => options.log('error', `a listener of the exports failed: ${String(error)}`));
  }

  get state(): { exports: ExportEntry[] } {
    return { exports: [...this.entries] };
  }

  /** @throws {AppError} `conflict` (too many are under way) */
  async start(request: ExportRequest): Promise<{ readonly id: string | null; readonly url: string | null }> {
    if (this.open.size >= MAX_OPEN) throw new AppError('conflict', message('message.export.many'));
    const name = exportName(request);
    const { chooseSavePath } = this.options;
    // Nobody else can guess it: it is all that the browser's request is known by.
    const id = randomBytes(32).toString('base64url');
    if (chooseSavePath === null) {
      const timer = setTimeout(() => this.cancel(id), FETCH_WITHIN_MS);
      timer.unref();
      this.add(
        { id, name, state: 'waiting', rows: 0, bytes: 0, share: null, canShow: false, error: null },
        { request, abort: new AbortController(), path: null, timer, work: Promise.resolve(), share: 0 },
      );
      return { id, url: `/export/${id}` };
    }
    const path = await chooseSavePath(name);
    if (path === null || this.closed) return { id: null, url: null };
    const opened: Open = { request, abort: new AbortController(), path, timer: null, work: Promise.resolve(), share: 0 };
    this.add({ id, name: basename(path), state: 'writing', rows: 0, bytes: 0, share: 0, canShow: false, error: null }, opened);
    const part = `${path}.${id.slice(0, 8)}.part`;
    opened.work = writeExport(path, part, this.chunks(opened), (written) => this.tell(id, { ...written, share: opened.share })).then(
      (written) => {
        this.written.set(id, path);
        this.finish(id, { state: 'done', ...written, share: 1, canShow: this.options.showFile !== null });
      },
      (error: unknown) => this.fail(id, opened, error),
    );
    return { id, url: null };
  }

  /** The file of this export for its browser; null when there is none, or it was fetched already. */
  fetch(id: string): Download | null {
    const opened = this.open.get(id);
    const entry = this.entries.find((each) => each.id === id);
    if (opened === undefined || entry?.state !== 'waiting') return null;
    if (opened.timer) clearTimeout(opened.timer);
    this.change(id, { state: 'writing', share: 0 });
    return {
      name: entry.name,
      type: kinds[opened.request.format].type,
      chunks: endingWith(this.download(id, opened), () => this.cancel(id)),
    };
  }

  cancel(id: string): void {
    const opened = this.open.get(id);
    if (opened === undefined) return;
    opened.abort.abort();
    if (opened.timer) clearTimeout(opened.timer);
    this.finish(id, { state: 'cancelled' });
  }

  /** Takes one that is over off the list; the file stays. */
  forget(id: string): void {
    if (this.open.has(id)) return;
    this.drop(new Set([id]));
    this.changed.emit(this.state);
  }

  /** @throws {AppError} `not-found` (it was moved away, is not known, or this runtime cannot) */
  show(id: string): void {
    const path = this.written.get(id);
    if (path === undefined || this.options.showFile === null || !existsSync(path))
      throw new AppError('not-found', message('message.file.none', { path: path ?? '' }));
    this.options.showFile(path);
  }

  /** Cancels what is under way and waits until nothing of it is left. Safe twice. */
  async close(): Promise<void> {
    this.closed = true;
    const works = [...this.open.values()].map(({ work }) => work);
    for (const id of [...this.open.keys()]) this.cancel(id);
    await Promise.all(works);
  }

  private async *download(id: string, opened: Open): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    let written = { rows: 0, bytes: 0 };
    try {
      for await (const { bytes, rows } of this.chunks(opened)) {
        yield bytes;
        written = { rows, bytes: written.bytes + bytes.byteLength };
        this.tell(id, { ...written, share: opened.share });
      }
      this.finish(id, { state: 'done', ...written, share: 1 });
    } catch (error) {
      this.fail(id, opened, error);
      throw error;
    } finally {
      // The browser went away before the end.
      this.cancel(id);
    }
  }

  private async *chunks(opened: Open): AsyncGenerator<ExportChunk, void> {
    const {
      request: { format, ...selection },
      abort: { signal },
    } = opened;
    const reader = watched(this.options.reader, selection, (share) => (opened.share = Math.max(opened.share, share)));
    const series = await this.options.reader.samples.find({ ids: selection.seriesIds }, signal);
    for await (const chunk of exportChunks({ reader, series, format, selection, signal })) {
      if (signal.aborted) throw new AppError('cancelled', message('message.export.cancelled'));
      yield chunk;
    }
    if (signal.aborted) throw new AppError('cancelled', message('message.export.cancelled'));
  }

  private fail(id: string, { abort }: Open, error: unknown): void {
    if (abort.signal.aborted) return this.finish(id, { state: 'cancelled' });
    if (!isAppError(error))
      this.options.log('error', `an export failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const told = isAppError(error) ? error : new AppError('internal', message('message.export.failed'));
    this.finish(id, { state: 'failed', error: { code: told.code, message: told.localized } });
  }

  private add(entry: ExportEntry, opened: Open): void {
    this.open.set(entry.id, opened);
    this.entries = [...this.entries, entry];
    this.changed.emit(this.state);
  }

  private finish(id: string, change: Partial<ExportEntry>): void {
    if (!this.open.delete(id)) return;
    this.change(id, change);
    const over = this.entries.filter((entry) => !this.open.has(entry.id));
    const forgotten = new Set(over.slice(0, Math.max(0, over.length - KEPT_ENTRIES)).map((entry) => entry.id));
    this.drop(forgotten);
  }

  private drop(ids: ReadonlySet<string>): void {
    this.entries = this.entries.filter((entry) => !ids.has(entry.id));
    for (const id of ids) this.written.delete(id);
  }

  private tell(id: string, written: Pick<ExportEntry, 'rows' | 'bytes' | 'share'>): void {
    const nowMs = performance.now();
    if (!this.open.has(id) || nowMs - this.toldMs < PROGRESS_EVERY_MS) return;
    this.toldMs = nowMs;
    this.change(id, written);
  }

  private change(id: string, change: Partial<ExportEntry>): void {
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
    this.changed.emit(this.state);
  }
}

/** The reader, which tells how much of the selection was asked for: series after series, each from its beginning. */
function watched(
  reader: StoreReader,
  { seriesIds, fromMs, toMs }: HistorySelection,
  tell: (share: number) => void,
): Pick<StoreReader, 'samples'> {
  const begun = new Set<number>();
  const at = (index: number, ms: number): void => tell((index + (ms - fromMs) / Math.max(1, toMs - fromMs)) / seriesIds.length);
  return {
    samples: {
      ...reader.samples,
      page: (query, signal) => {
        begun.add(query.seriesId);
        at(begun.size - 1, query.fromMs);
        return reader.samples.page(query, signal);
      },
      csv: (query, signal) => {
        if (query.cursor !== null) at(query.cursor.index, query.cursor.fromMs);
        return reader.samples.csv(query, signal);
      },
    },
  };
}

/** Tells too of an end before the first chunk was asked for, which a generator itself does not hear of. */
function endingWith<T>(chunks: AsyncGenerator<T, void>, end: () => void): AsyncIterableIterator<T, void> {
  return {
    next: () => chunks.next(),
    return: () => {
      end();
      return chunks.return();
    },
    throw: (error) => {
      end();
      return chunks.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
