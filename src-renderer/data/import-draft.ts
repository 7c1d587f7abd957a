import type { Disposable } from '@shared/base/disposable';
import type { AppError } from '@shared/contract/errors';
import type { ImportPlan, ImportPreview } from '@shared/model/import';
import type { RpcClient } from '@shared/rpc/client';
import { draftFor, draftOf, planOf, type MappingDraft, type NumberReader } from './import-mapping';
import { toAppError } from './loadable';
import { Store, type Readable } from './store';

export interface DraftState {
  readonly draft: MappingDraft;
  /** Of the draft, unless `asking`: then of the one before. */
  readonly preview: ImportPreview;
  readonly asking: boolean;
  readonly error: AppError | null;
}

/** So long a hand rests before the file is looked at anew, ms. */
const REST_MS = 250;

/** What a person says of a file that is not begun, and how the file reads then. The answer to a change that another followed is dropped. */
export class ImportDraft implements Readable<DraftState>, Disposable {
  private readonly store: Store<DraftState>;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private asked = 0;
  readonly get: () => DraftState;
  readonly subscribe: Readable<DraftState>['subscribe'];

  constructor(
    private readonly client: Pick<RpcClient, 'call'>,
    private readonly id: string,
    preview: ImportPreview,
    plan: ImportPlan | null,
    private readonly read: NumberReader,
  ) {
    this.store = new Store<DraftState>({ draft: draftOf(preview, plan), preview, asking: false, error: null });
    this.get = this.store.get;
    this.subscribe = this.store.subscribe;
    if (plan !== null) void this.ask();
  }

  get plan(): ImportPlan {
    const { draft, preview } = this.store.get();
    return planOf(preview, draft, this.read);
  }

  change(patch: Partial<MappingDraft>): void {
    const before = this.store.get();
    // An answer under way is one to what was said before.
    this.asked += 1;
    this.store.set({ ...before, draft: { ...before.draft, ...patch }, asking: true });
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), REST_MS);
  }

  dispose(): void {
    this.asked += 1;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private async ask(): Promise<void> {
    const mine = (this.asked += 1);
    try {
      const preview = await this.client.call('import.preview', { id: this.id, plan: this.plan });
      if (mine !== this.asked) return;
      this.store.set({ draft: draftFor(preview, this.store.get().draft), preview, asking: false, error: null });
    } catch (error) {
      if (mine === this.asked) this.store.set({ ...this.store.get(), asking: false, error: toAppError(error) });
    }
  }
}
