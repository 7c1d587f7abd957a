import { assertNever } from '@shared/base/assert-never';
import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { ExportRequest } from '@shared/model/export';
import type { ImportState } from '@shared/model/import';
import type { RpcClient } from '@shared/rpc/client';
import {
  backupActivities,
  exportActivities,
  importActivities,
  reduceBackups,
  reduceExports,
  uploadActivities,
  type Activity,
  type BackupsState,
  type ExportsState,
} from './activity';
import { valueOf } from './loadable';
import { ProgressRate } from './progress-rate';
import { Store, type Readable } from './store';
import { StreamStore } from './stream-store';
import { Uploads } from './uploads';

/** How fast some work is now. */
export interface Pace {
  readonly bytesPerS: number | null;
  readonly remainingMs: number | null;
}

export interface WorkOptions {
  /** Has the browser fetch a file of the core's at this address. */
  readonly fetchFile: (url: string) => void;
  /** A clock that nobody sets, ms. */
  readonly clock: () => number;
}

interface Rates {
  readonly bytes: ProgressRate;
  readonly share: ProgressRate;
}

/**
 * The long work of this window and of its core, in one list. It belongs to the window, not to a page: what is begun on one goes on
 * while another is shown, and a window that is loaded anew finds what its core is doing.
 */
export class Work implements Readable<readonly Activity[]>, Disposable {
  readonly imports: StreamStore<'import.live', ImportState>;
  readonly exports: StreamStore<'exports.live', ExportsState>;
  readonly backups: StreamStore<'backup.live', BackupsState>;
  readonly uploads: Uploads;
  /** Whether the page of imports is open. */
  readonly isImporting = new Store(false);
  private readonly store = new Store<readonly Activity[]>([]);
  private readonly dismissed = new Store<ReadonlySet<string>>(new Set());
  private readonly seen = new Set<string>();
  private readonly rates = new Map<string, Rates>();
  private readonly stops = new DisposableStore();
  readonly get = this.store.get;
  readonly subscribe = this.store.subscribe;

  constructor(
    private readonly client: RpcClient,
    private readonly options: WorkOptions,
  ) {
    this.uploads = this.stops.add(new Uploads(client));
    this.imports = this.stops.add(new StreamStore<'import.live', ImportState>(client, 'import.live', {}, (_, frame) => frame));
    this.exports = this.stops.add(new StreamStore<'exports.live', ExportsState>(client, 'exports.live', {}, reduceExports));
    this.backups = this.stops.add(new StreamStore<'backup.live', BackupsState>(client, 'backup.live', {}, reduceBackups));
    for (const part of [this.uploads, this.imports, this.exports, this.backups, this.dismissed])
      this.stops.defer(part.subscribe(() => this.join()));
  }

  /** How fast it gets on by now. */
  paceOf({ key, share }: Activity): Pace {
    const rates = this.rates.get(key);
    const nowMs = this.options.clock();
    if (!rates) return { bytesPerS: null, remainingMs: null };
    return { bytesPerS: rates.bytes.perS(nowMs), remainingMs: share === null ? null : rates.share.remainingMs(1, nowMs) };
  }

  /** Settles once the core has begun it, or the person chose no file. @throws {AppError} why it was not begun */
  async startExport(request: ExportRequest): Promise<void> {
    const { url } = await this.client.call('export.start', request);
    if (url !== null) this.options.fetchFile(url);
  }

  /** @throws {AppError} what the core says */
  async cancel({ kind, id }: Activity): Promise<void> {
    switch (kind) {
      case 'upload':
        return this.uploads.cancel(Number(id));
      case 'import':
        return void (await this.client.call('import.stop', { id }));
      case 'export':
        return void (await this.client.call('export.cancel', { id }));
      case 'backup':
      case 'restore':
        return void (await this.client.call('backup.cancel', {}));
      default:
        assertNever(kind);
    }
  }

  /** Takes it off the list; what came of it stays. @throws {AppError} what the core says */
  async dismiss({ key, kind, id }: Activity): Promise<void> {
    if (kind === 'upload') this.uploads.dismiss(Number(id));
    this.dismissed.set(new Set([...this.dismissed.get(), key]));
    if (kind === 'export') await this.client.call('export.forget', { id });
    if (kind === 'backup' || kind === 'restore') await this.client.call('backup.dismiss', {});
  }

  /** Shows the file in its folder. @throws {AppError} `not-found` */
  async show({ kind, id }: Activity): Promise<void> {
    if (kind === 'export') await this.client.call('export.show', { id });
    else await this.client.call('backup.show', { name: id });
  }

  dispose(): void {
    this.stops.dispose();
  }

  private join(): void {
    const uploads = this.uploads.get();
    const imports = valueOf(this.imports.get())?.entries ?? [];
    for (const { id, stage } of imports) if (stage === 'running') this.seen.add(id);
    const exports = valueOf(this.exports.get());
    const backups = valueOf(this.backups.get());
    const all = [
      ...uploadActivities(uploads, imports),
      ...importActivities(imports, uploads, this.seen),
      ...(exports ? exportActivities(exports) : []),
      ...(backups ? backupActivities(backups) : []),
    ];
    this.notePace(all);
    const open = all.filter(({ key, state }) => state === 'running' || state === 'waiting' || !this.dismissed.get().has(key));
    // What is begun anew is told of anew when it ends.
    const again = all.filter(({ key, state }) => state === 'running' && this.dismissed.get().has(key));
    if (again.length > 0) this.dismissed.set(new Set([...this.dismissed.get()].filter((key) => !again.some((one) => one.key === key))));
    this.store.set(open);
  }

  private notePace(all: readonly Activity[]): void {
    const nowMs = this.options.clock();
    for (const key of this.rates.keys()) if (!all.some((one) => one.key === key)) this.rates.delete(key);
    for (const { key, state, bytes, share } of all) {
      if (state !== 'running') {
        this.rates.delete(key);
        continue;
      }
      const rates = this.rates.get(key) ?? { bytes: new ProgressRate(), share: new ProgressRate() };
      this.rates.set(key, rates);
      rates.bytes.note(bytes, nowMs);
      if (share !== null) rates.share.note(share, nowMs);
    }
  }
}
