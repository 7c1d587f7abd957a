import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Log } from '@shared/base/log';
import { Emitter } from '@shared/base/emitter';
import { AppError, isAppError } from '@shared/contract/errors';
import type { ImportPlan, ImportPreview, ImportRemark, ImportState } from '@shared/model/import';
import { message, messageOf, type Message, type KeyedMessage } from '@shared/text/message';
import { folderError } from '../store/file/errors';
import type { StoreWriter } from '../store/types';
import { windowHints } from './csv/input-hints';
import { importFile, type ImportProgress } from './import';
import { figuresOf, outcomeOf, shown } from './import-entry';
import { ImportList, type KeptEntry } from './import-list';
import { defaultReportPath, importsFolder } from './import-position';
import { readRemarks } from './import-report';
import { notKept } from './kept';
import { previewImport } from './preview';
import { ImportRate } from './import-rate';
import { UnfinishedUploads } from './unfinished-uploads';

/** How often progress is told, ms. */
const TELL_EVERY_MS = 250;
/** Left free on the volume by what a page sends, bytes. */
const SPARE_BYTES = 256 * 1024 * 1024;
/** How often uploads that nobody goes on with are looked for, ms. */
const COLLECT_EVERY_MS = 3600_000;

export interface ImportsOptions {
  readonly dataDir: string;
  readonly writer: Pick<StoreWriter, 'samples' | 'events' | 'settings' | 'devices' | 'path'>;
  /** Asks a person for a file on this machine; resolves with its path, null when they chose none. Null: the runtime cannot ask. */
  readonly chooseFile: (() => Promise<string | null>) | null;
  /** An installed app, which has no command to import by. Default false. */
  readonly isPackaged?: boolean;
  /** Series may have come into being. */
  readonly onSeries: () => void;
  /** A clock that nobody sets; default performance.now. */
  readonly monoMs?: () => number;
  readonly log: Log;
}

/**
 * Imports of the running core, one at a time. A page never gives a path: whoever has the page could make the core read any
 * file. Either a person chooses the file in a dialog of the runtime, and it is read where it lies; or the page sends it in
 * chunks into the data folder, from where it goes once it was read.
 *
 * What was chosen is remembered, so that an import goes on after the window, or the core, was closed.
 */
export class Imports {
  readonly changed: Emitter<ImportState>;
  private readonly list: ImportList;
  private running: { readonly id: string; readonly abort: AbortController; readonly ended: Promise<void> } | null = null;
  private choosing = false;
  /** To be called when the database is closed, by entry. */
  private readonly unsettled = new Map<string, () => void>();
  private toldAtMs = -Infinity;
  private telling: NodeJS.Timeout | null = null;
  private notKept: Message[];
  private readonly uploads: UnfinishedUploads;
  private readonly collecting: NodeJS.Timeout;

  constructor(private readonly options: ImportsOptions) {
    this.changed = new Emitter<ImportState>((error) => options.log('error', `a listener of the imports failed: ${String(error)}`));
    this.list = new ImportList(options.dataDir);
    this.notKept = notKept(options.writer, Date.now());
    this.uploads = new UnfinishedUploads(options.monoMs);
    this.removeUnknown();
    this.collecting = setInterval(() => this.collect(), COLLECT_EVERY_MS);
    this.collecting.unref();
  }

  get state(): ImportState {
    return { canChoose: this.options.chooseFile !== null, notKept: this.notKept, entries: this.list.entries.map(shown) };
  }

  /**
   * Lets a person choose a file. @returns its entry's id, null when they chose none
   * @throws {AppError} `invalid-input` (this runtime cannot ask; the file is empty), `conflict` (a dialog is open), and as previewImport
   */
  async choose(): Promise<string | null> {
    const { chooseFile, writer } = this.options;
    this.notKept = notKept(writer, Date.now());
    if (chooseFile === null) throw new AppError('invalid-input', message('message.import.noDialog'));
    if (this.choosing) throw new AppError('conflict', message('message.import.dialogOpen'));
    this.choosing = true;
    let path: string | null;
    try {
      path = await chooseFile();
    } finally {
      this.choosing = false;
    }
    if (path === null) return null;
    const preview = await this.previewOf(path, basename(path));
    const bytes = statSync(path).size;
    const known = this.list.entries.find((entry) => entry.path === path && entry.stage !== 'done');
    if (known !== undefined && (known.stage === 'running' || known.bytes === bytes)) return known.id;
    if (known !== undefined) this.drop(known);
    return this.add({ name: basename(path), path, bytes, receivedBytes: bytes, stage: 'ready', preview, sentModifiedMs: null });
  }

  /**
   * Makes ready for a file that the page sends, or goes on with one of the same name, size and time.
   * @throws {AppError} `conflict` (too many are being sent), `storage-full` (it would not fit), `storage-failed`, `invalid-input` (an empty file), and as previewImport
   */
  async beginUpload(name: string, bytes: number, modifiedMs: number): Promise<{ readonly id: string; readonly receivedBytes: number }> {
    this.notKept = notKept(this.options.writer, Date.now());
    const plain = basename(name.replaceAll('\\', '/'));
    const known = this.list.entries.find(
      (entry) => entry.name === plain && entry.bytes === bytes && entry.sentModifiedMs === modifiedMs && entry.stage !== 'done',
    );
    if (known !== undefined) {
      // The core was ended between the last chunk and the look at the file: the page has nothing more to send.
      if (known.stage === 'receiving' && known.receivedBytes === known.bytes) await this.arrived(known);
      return { id: known.id, receivedBytes: known.receivedBytes };
    }
    this.collect();
    const leaving = this.uploads.makeRoom(this.list.entries);
    if (leaving === null) throw new AppError('conflict', message('message.import.manySent', { name: plain }));
    for (const entry of leaving) this.drop(this.known(entry));
    const id = newId();
    const path = this.list.sentPath(id);
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const { bavail, bsize } = statfsSync(dirname(path));
      const promised = this.list.entries.reduce(
        (sum, entry) => sum + (entry.stage === 'receiving' ? entry.bytes - entry.receivedBytes : 0),
        0,
      );
      if (bavail * bsize < promised + bytes + SPARE_BYTES) throw new AppError('storage-full', this.noRoom(plain));
    } catch (error) {
      throw folderError(error, path);
    }
    this.add({ name: plain, path, bytes, receivedBytes: 0, stage: 'receiving', preview: null, sentModifiedMs: modifiedMs }, id);
    this.uploads.touch(id);
    return { id, receivedBytes: 0 };
  }

  /**
   * Takes the next chunk of a file; with the last one it is there.
   * @returns how much of it is there
   * @throws {AppError} `not-found`, `conflict` (it does not begin where the last ended), `storage-full`, `storage-failed`, and as previewImport
   */
  async receive(id: string, offset: number, chunk: Uint8Array): Promise<number> {
    const entry = this.known(id);
    if (entry.stage !== 'receiving') return entry.receivedBytes;
    this.uploads.touch(id);
    if (offset !== entry.receivedBytes || offset + chunk.length > entry.bytes)
      throw new AppError('conflict', message('message.import.outOfOrder', { name: entry.name }));
    try {
      appendFileSync(entry.path, chunk, { mode: 0o600 });
    } catch (error) {
      // Half a chunk may be there.
      this.list.change(id, { receivedBytes: statSync(entry.path, { throwIfNoEntry: false })?.size ?? 0 });
      throw folderError(error, entry.path);
    }
    const receivedBytes = offset + chunk.length;
    this.list.change(id, { receivedBytes });
    if (receivedBytes < entry.bytes) {
      this.tell();
      return receivedBytes;
    }
    await this.arrived(entry);
    return receivedBytes;
  }

  /**
   * Begins an import, or goes on with it. What comes of it is in the state.
   * @throws {AppError} `not-found`, `conflict` (another one runs, or its file is not all there), `storage-full`, `storage-failed`
   */
  start(id: string, plan: ImportPlan): void {
    const entry = this.known(id);
    if (this.running !== null) throw new AppError('conflict', message('message.import.busy'));
    if (entry.stage === 'receiving' || entry.stage === 'done')
      throw new AppError(
        'conflict',
        message(entry.stage === 'done' ? 'message.import.done' : 'message.import.notHere', { name: entry.name }),
      );
    const reportPath = existsSync(entry.path) ? defaultReportPath(this.options.dataDir, entry.path, 'remarks') : entry.reportPath;
    this.keep(id, { plan, stage: 'running', error: null, outcome: null, reportPath });
    this.unsettled.delete(id);
    const abort = new AbortController();
    this.running = { id, abort, ended: this.run(entry, plan, abort.signal) };
  }

  /**
   * How a file would be read by a plan.
   * @throws {AppError} `not-found`, `conflict` (it is not all there), and as previewImport
   */
  preview(id: string, plan: ImportPlan): Promise<ImportPreview> {
    const { name, path, stage } = this.known(id);
    if (stage === 'receiving') throw new AppError('conflict', message('message.import.notHere', { name }));
    return this.previewOf(path, name, plan);
  }

  /** Interrupts an import and waits until it stands. Does nothing to one that does not run. */
  async stop(id: string): Promise<void> {
    this.known(id);
    if (this.running?.id !== id) return;
    this.running.abort.abort();
    await this.running.ended;
  }

  /** Takes an entry off the list, with its report and, where the page sent it, its file. What is in the database stays. */
  async forget(id: string): Promise<void> {
    await this.stop(id);
    this.drop(this.known(id));
  }

  /** What an import could not take. @throws {AppError} `not-found`, `storage-failed` */
  async *report(id: string, signal?: AbortSignal): AsyncGenerator<ImportRemark[], void> {
    const entry = this.known(id);
    const path = entry.reportPath;
    if (path === null || !existsSync(path)) throw new AppError('not-found', message('message.import.noReport', { name: entry.name }));
    yield* readRemarks(path, signal);
  }

  /** Interrupts what runs and waits until it stands. To be called before the database is closed. Safe twice. */
  async close(): Promise<void> {
    clearInterval(this.collecting);
    this.running?.abort.abort();
    await this.running?.ended;
    if (this.telling) clearTimeout(this.telling);
  }

  /** To be called once the database is closed: then an interrupted import outlives a power cut too. */
  settle(): void {
    for (const [id, settle] of this.unsettled) {
      try {
        settle();
      } catch (error) {
        this.options.log('warn', `import ${id} may begin anew: ${String(error)}`);
      }
    }
    this.unsettled.clear();
  }

  private async run({ id, name, path, sentModifiedMs }: KeptEntry, plan: ImportPlan, signal: AbortSignal): Promise<void> {
    const { writer, dataDir, log } = this.options;
    const rate = new ImportRate();
    const onProgress = (progress: ImportProgress): void => {
      this.list.change(id, { figures: figuresOf(progress), samplesPerS: rate.at(progress.samples) });
      this.tell();
    };
    let patch: Partial<KeptEntry>;
    try {
      const rules = plan.rules.map((rule) => ({ ...rule, label: '', provenance: null }));
      const result = await importFile({
        writer,
        dataDir,
        path,
        name,
        format: null,
        rules,
        timeColumn: plan.timeColumn,
        csv: plan.csv,
        machine: plan.machine,
        hints: windowHints,
        reportPath: null,
        reportForm: 'remarks',
        beside: true,
        ...(sentModifiedMs === null ? {} : { modifiedMs: sentModifiedMs }),
        signal,
        onProgress,
      });
      if (!result.done) this.unsettled.set(id, result.settle);
      patch = { figures: figuresOf(result), stage: result.done ? 'done' : 'stopped', outcome: result.done ? outcomeOf(result) : null };
      log('info', `import of ${name} ${result.done ? 'done' : 'interrupted'}: ${result.samples} samples, ${result.badLines} bad lines`);
    } catch (error) {
      const told = isAppError(error) ? error : new AppError('internal', message('message.import.failed', { name, why: messageOf(error) }));
      log('warn', told.message);
      patch = { stage: 'failed', error: { code: told.code, message: told.localized } };
    }
    this.running = null;
    const entry = this.list.get(id);
    this.list.change(id, { ...patch, samplesPerS: null });
    // What is imported is imported: none of what follows makes another end of it.
    const tidy = (what: string, work: () => void): void => {
      try {
        work();
      } catch (error) {
        log('warn', `${what}: ${String(error)}`);
      }
    };
    tidy('the new series are shown after the next start', this.options.onSeries);
    if (patch.stage === 'done' && entry !== null && entry.sentModifiedMs !== null)
      tidy(`the copy of ${name} was not removed`, () => rmSync(path, { force: true }));
    tidy('the list of imports was not stored', () => this.list.save());
    this.tell(true);
  }

  private previewOf(path: string, name: string, plan?: ImportPlan): Promise<ImportPreview> {
    return previewImport(path, name, this.options.writer.devices.load(), plan);
  }

  /** All of a file is there that a page sends. @throws {AppError} as previewImport; then it is removed */
  private async arrived(entry: KeptEntry): Promise<void> {
    try {
      this.keep(entry.id, { stage: 'ready', preview: await this.previewOf(entry.path, entry.name) });
    } catch (error) {
      this.drop(entry);
      throw error;
    }
  }

  private add(
    given: Pick<KeptEntry, 'name' | 'path' | 'bytes' | 'receivedBytes' | 'stage' | 'preview' | 'sentModifiedMs'>,
    id = newId(),
  ): string {
    for (const dropped of this.list.add({
      ...given,
      id,
      plan: null,
      figures: null,
      samplesPerS: null,
      outcome: null,
      error: null,
      reportPath: null,
    }))
      this.removeFiles(dropped);
    this.tell(true);
    return id;
  }

  private keep(id: string, patch: Partial<KeptEntry>): void {
    const before = this.list.entries;
    this.list.change(id, patch);
    try {
      this.list.save();
    } catch (error) {
      this.list.entries = before;
      throw error;
    }
    this.tell(true);
  }

  private drop(entry: KeptEntry): void {
    this.list.remove(entry.id);
    this.removeFiles(entry);
    this.tell(true);
  }

  /** Removes uploads that nobody goes on with. */
  private collect(): void {
    for (const id of this.uploads.givenUp(this.list.entries)) {
      const entry = this.known(id);
      this.options.log('info', `the upload of ${entry.name} was never finished and is removed`);
      this.drop(entry);
    }
  }

  /** What pages have sent and no entry knows: its list was lost, or the core was killed between the two. */
  private removeUnknown(): void {
    const folder = dirname(this.list.sentPath('x'));
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder))
      if (this.list.get(name) === null) rmSync(this.list.sentPath(name), { recursive: true, force: true });
  }

  private noRoom(name: string): KeyedMessage {
    const { dataDir, isPackaged = false } = this.options;
    const path = importsFolder(dataDir);
    return isPackaged
      ? message('message.import.noRoomInApp', { name, path })
      : message('message.import.noRoom', { name, path, command: 'npm start -- import FILE' });
  }

  private removeFiles(entry: KeptEntry): void {
    this.unsettled.delete(entry.id);
    if (entry.reportPath !== null) rmSync(entry.reportPath, { force: true });
    if (entry.sentModifiedMs !== null) rmSync(entry.path, { force: true });
  }

  private known(id: string): KeptEntry {
    const entry = this.list.get(id);
    if (entry === null) throw new AppError('not-found', message('message.import.none', { id }));
    return entry;
  }

  private tell(atOnce = false): void {
    const nowMs = performance.now();
    const waitMs = atOnce ? 0 : this.toldAtMs + TELL_EVERY_MS - nowMs;
    if (waitMs > 0) {
      // What nothing follows is told too: a file of which no more comes stands as far as it came.
      this.telling ??= setTimeout(() => this.tell(true), waitMs);
      return;
    }
    if (this.telling) clearTimeout(this.telling);
    this.telling = null;
    this.toldAtMs = nowMs;
    this.changed.emit(this.state);
  }
}

function newId(): string {
  return randomBytes(8).toString('hex');
}
