import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { Log } from '@shared/base/log';
import { AppError } from '@shared/contract/errors';
import type { SavedView, ViewState } from '@shared/model/saved-view';
import { message } from '@shared/text/message';
import { defineService } from './service';
import type { SavedViewTable } from './store/records/saved-views';
import { storeService } from './store/service';

/** The views of History that persons keep by name, the same for every window. */
export class SavedViews {
  private views: readonly SavedView[];
  private readonly changes: Emitter<readonly SavedView[]>;

  constructor(
    private readonly table: SavedViewTable,
    private readonly wallMs: () => number,
    log: Log,
  ) {
    this.views = table.load();
    this.changes = new Emitter((error) => log('error', `a listener to the saved views failed: ${String(error)}`));
  }

  /** By name. */
  get list(): readonly SavedView[] {
    return this.views;
  }

  onChange(listener: (views: readonly SavedView[]) => void): Disposable {
    return this.changes.on(listener);
  }

  /** @throws {AppError} `conflict` for a name that is taken, `storage-…` */
  add(name: string, view: ViewState): SavedView {
    this.refuseTaken(name, null);
    this.table.add(name, Math.round(this.wallMs()), view);
    this.reload();
    return this.found((saved) => saved.name === name);
  }

  /** @throws {AppError} `not-found`, `storage-…` */
  change(id: number, view: ViewState): SavedView {
    if (!this.table.change(id, Math.round(this.wallMs()), view)) throw gone();
    this.reload();
    return this.found((saved) => saved.id === id);
  }

  /** @throws {AppError} `not-found`, `conflict` for a name that is taken, `storage-…` */
  rename(id: number, name: string): SavedView {
    this.refuseTaken(name, id);
    if (!this.table.rename(id, name)) throw gone();
    this.reload();
    return this.found((saved) => saved.id === id);
  }

  /** One that is gone already stays gone. */
  remove(id: number): void {
    this.table.remove(id);
    this.reload();
  }

  private refuseTaken(name: string, own: number | null): void {
    const holder = this.table.idOf(name);
    if (holder !== null && holder !== own) throw new AppError('conflict', message('message.views.taken', { name }));
  }

  private found(isMeant: (view: SavedView) => boolean): SavedView {
    const view = this.views.find(isMeant);
    if (!view) throw gone();
    return view;
  }

  private reload(): void {
    this.views = this.table.load();
    this.changes.emit(this.views);
  }
}

const gone = (): AppError => new AppError('not-found', message('message.views.gone'));

/** The saved views. */
export const viewsService = defineService({
  name: 'views',
  needs: [storeService],
  start: ({ store }, { log }) => new SavedViews(store.savedViews, Date.now, log),
});
