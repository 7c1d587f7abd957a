import { randomBytes } from 'node:crypto';
import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { Log } from '@shared/base/log';
import { AppError } from '@shared/contract/errors';
import { TreeError } from '@shared/model/device-tree';
import { BY_PERSON, type EventInput } from '@shared/model/event';
import { QUARTER_MS } from '@shared/energy/quarters';
import {
  editPowerTree,
  inPowerOrder,
  type EditHolds,
  type PowerPlaceKind,
  type PowerTree,
  type PowerTreeOperation,
  type PowerTreeVersion,
} from '@shared/model/power-tree';
import { message } from '@shared/text/message';
import type { PowerTreeTable } from '../store/records/power-tree';

export interface PowerTreeOptions {
  readonly store: PowerTreeTable;
  readonly log: Log;
  readonly onEvent: (event: EventInput) => void;
  readonly wallMs?: () => number;
}

/** The power tree as persons made it. */
export class PowerTreeService {
  private readonly changed: Emitter<PowerTree>;
  private tree: PowerTree;
  private past: readonly PowerTreeVersion[];

  constructor(private readonly options: PowerTreeOptions) {
    this.changed = new Emitter((error) => options.log('error', `a listener to the power tree failed: ${String(error)}`));
    const loaded = options.store.load();
    this.tree = { revision: loaded?.revision ?? 0, places: inPowerOrder(loaded?.places ?? []) };
    this.past = this.readPast();
  }

  /** The same object until it is edited. */
  get current(): PowerTree {
    return this.tree;
  }

  /** What it was at which time, oldest first: the first of them always before the next, the last is the tree of now. */
  get versions(): readonly PowerTreeVersion[] {
    return this.past;
  }

  onChange(listener: (tree: PowerTree) => void): Disposable {
    return this.changed.on(listener);
  }

  /**
   * Does all operations, stores the tree and tells it.
   * @param revision of the tree the operations were meant for
   * @param holds from when on; always, too, where no meter stood before: nothing else is known of that time
   * @throws {AppError} `conflict` (it was edited meanwhile), `not-found`, `invalid-input`, or the store's; nothing is changed then
   */
  edit(revision: number, operations: readonly PowerTreeOperation[], holds: EditHolds = 'now'): PowerTree {
    if (revision !== this.tree.revision)
      throw new AppError('conflict', message('message.powerTree.changed', { now: this.tree.revision, edited: revision }));
    const next: PowerTree = { revision: revision + 1, places: edited(this.tree, operations) };
    const wasMetered = this.past.some(({ places }) => places.some(({ meters }) => meters.length > 0));
    // Energies are kept by quarters of an hour: that of the edit is the new tree's.
    const nowMs = (this.options.wallMs ?? Date.now)();
    this.options.store.save(next, holds === 'now' && wasMetered ? Math.floor(nowMs / QUARTER_MS) * QUARTER_MS : 0);
    this.tree = next;
    this.past = this.readPast();
    this.options.onEvent({
      atMs: nowMs,
      device: 'room',
      kind: 'power.tree',
      severity: 'info',
      text: message('message.event.powerTree'),
      by: BY_PERSON,
    });
    this.changed.emit(next);
    return next;
  }

  private readPast(): readonly PowerTreeVersion[] {
    const { places } = this.tree;
    const kept = this.options.store.versions();
    return kept.length === 0 ? [{ fromMs: 0, places }] : [...kept.slice(0, -1), { fromMs: kept.at(-1)?.fromMs ?? 0, places }];
  }
}

function edited({ places }: PowerTree, operations: readonly PowerTreeOperation[]): PowerTree['places'] {
  try {
    return editPowerTree(places, operations, { newId });
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    throw new AppError(error.reason === 'not-found' ? 'not-found' : 'invalid-input', error.localized, { cause: error });
  }
}

const newId = (kind: PowerPlaceKind): string => `${kind}-${randomBytes(6).toString('hex')}`;
