import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import type { CollectorInfo, CollectorKindInfo, CollectorSettings } from '@shared/model/collector';
import { BY_PERSON, type EventInput } from '@shared/model/event';
import type { Settings } from '@shared/model/settings';
import { message, messageOf, type Message } from '@shared/text/message';
import type { CoreLog } from '../options';
import type { SecretVault } from '../secrets/vault';
import type { CollectorTable, StoredCollector } from '../store/records/collectors';
import { checkedCollector, checkOf, ratedOf } from './checked-source';
import type { CollectorKind, CollectorSource, TestReading } from './collector-kind';
import type { CollectorContext } from './collector-context';
import type { PlausibilityCheck } from './collectors/meters/plausibility/check';
import type { CollectorState } from './scheduler';
import { dropUnused, keepSecrets, ownSecret, secretUses, withSecretIds, type SecretUse, type TypedSecrets } from './source-secrets';
import type { Telemetry } from './telemetry';

/** A read of a test is aborted after this long, ms. */
const TEST_LIMIT_MS = 15_000;
/** Stands for a source that is tried and not there yet; no id of one has a capital letter. */
const TRIED = 'Tried';

export interface LiveCollectorsOptions {
  readonly kinds: readonly CollectorKind[];
  readonly context: CollectorContext;
  readonly telemetry: Pick<Telemetry, 'addCollector' | 'removeCollector' | 'states' | 'onStates'>;
  readonly table: CollectorTable;
  readonly settings: { readonly current: Settings; onChange(listener: (settings: Settings) => void): Disposable };
  readonly vault: Pick<SecretVault, 'set' | 'remove' | 'list' | 'trying'>;
  readonly onEvent: (event: EventInput) => void;
  /** Whether power may flow back where this meter stands; true where that is not known. */
  readonly canFeedBack: (device: string) => boolean;
  readonly log: CoreLog;
}

export interface CollectorChange {
  readonly enabled?: boolean | undefined;
  readonly name?: string | undefined;
  readonly settings?: CollectorSettings | undefined;
  readonly secrets?: TypedSecrets | undefined;
}

interface Entry {
  readonly kind: CollectorKind;
  stored: StoredCollector;
  /** What it was last made or changed with. */
  inForce: unknown;
  source: CollectorSource<unknown> | null;
  /** Of a feed that is read. */
  check: PlausibilityCheck | null;
  /** Why it could not be made; null = it was. */
  failure: Message | null;
}

/** What a person can ask for a collector, under way: added, changed and removed one after another, each kept. */
export class LiveCollectors {
  private readonly entries = new Map<string, Entry>();
  private readonly changed: Emitter<void>;
  private readonly listening: readonly Disposable[];
  private work: Promise<unknown> = Promise.resolve();

  /** Adds the collectors of this machine and the feeds that are switched on. */
  constructor(private readonly options: LiveCollectorsOptions) {
    const { kinds, table, telemetry, settings, log } = options;
    this.changed = new Emitter((error) => log('error', `a listener of the collectors failed: ${String(error)}`));
    const stored = new Map(table.load().map((row) => [row.id, row]));
    for (const kind of kinds) {
      if (kind.isFeed) continue;
      this.enter(kind, stored.get(kind.id) ?? { id: kind.id, kind: kind.id, name: null, enabled: true, settings: {} });
    }
    for (const row of stored.values()) {
      const kind = kinds.find(({ id }) => id === row.kind);
      if (kind?.isFeed === true) this.enter(kind, row);
      else if (!kind) log('warn', `the collector ${row.id} is of the kind ${row.kind}, which is not known here; it is left as it is`);
    }
    this.listening = [telemetry.onStates(() => this.changed.emit()), settings.onChange(() => this.followSettings())];
  }

  onChange(listener: () => void): Disposable {
    return this.changed.on(listener);
  }

  kinds(): CollectorKindInfo[] {
    return this.options.kinds.map(({ id, name, isFeed, params, canTest }) => ({ id, name, isFeed, params: [...params], canTest }));
  }

  list(): CollectorInfo[] {
    const states = new Map(this.options.telemetry.states().map((state) => [state.id, state]));
    return [...this.entries.values()].map((entry) => infoOf(entry, states));
  }

  /** @throws {AppError} `not-found`, `invalid-input`, `storage-full`, `storage-failed` */
  set(id: string, change: CollectorChange): Promise<void> {
    return this.after(async () => {
      const entry = this.known(id);
      const before = entry.stored;
      const stored: StoredCollector = {
        ...before,
        enabled: change.enabled ?? before.enabled,
        name: change.name ?? before.name,
        settings: withSecretIds(entry.kind, id, { ...before.settings, ...change.settings }, change.secrets ?? {}),
      };
      const isSame = JSON.stringify(stored) === JSON.stringify(before);
      if (isSame && Object.keys(change.secrets ?? {}).length === 0) return;
      entry.kind.settingsOf(stored.settings, this.options.settings.current);
      const undo = await keepSecrets(this.options.vault, id, change.secrets ?? {});
      await this.saved(stored, undo);
      entry.stored = stored;
      await this.forgetSecrets(entry);
      // Who is connected has signed in by the old one.
      if (isSame) await this.end(entry);
      if (stored.name !== before.name) await this.end(entry);
      await this.apply(entry);
      this.tell(entry, stored.enabled === before.enabled ? 'changed' : stored.enabled ? 'on' : 'off');
    });
  }

  /** @returns the id of the new feed @throws {AppError} as {@link set}; `invalid-input` for what is no feed */
  add(kindId: string, name: string, given: CollectorSettings, secrets: TypedSecrets = {}): Promise<string> {
    return this.after(async () => {
      const kind = this.feed(kindId);
      const id = this.nextId(kindId);
      const stored: StoredCollector = { id, kind: kindId, name, enabled: true, settings: withSecretIds(kind, id, given, secrets) };
      kind.settingsOf(stored.settings, this.options.settings.current);
      await this.saved(stored, await keepSecrets(this.options.vault, id, secrets));
      this.tell(this.enter(kind, stored), 'added');
      return stored.id;
    });
  }

  /** @throws {AppError} `not-found`, `invalid-input` for what is no feed, `storage-full`, `storage-failed` */
  remove(id: string): Promise<void> {
    return this.after(async () => {
      const entry = this.known(id);
      this.feed(entry.kind.id);
      this.options.table.remove(id);
      this.entries.delete(id);
      await this.end(entry);
      await this.forgetSecrets(entry);
      this.tell(entry, 'removed');
    });
  }

  /** Reads a feed once. @throws {AppError} `invalid-input`; `unreadable-source` with what its source fails with */
  async test(kindId: string, given: CollectorSettings, signal: AbortSignal, secrets: TypedSecrets = {}): Promise<readonly TestReading[]> {
    const kind = this.feed(kindId);
    const { context, vault } = this.options;
    const settings = kind.settingsOf(withSecretIds(kind, TRIED, given, secrets), this.options.settings.current);
    const typed = new Map(Object.entries(secrets).map(([param, value]) => [ownSecret(TRIED, param), value]));
    try {
      const readings = await kind.test(
        // What it reads is called as it would be if it were added.
        { id: this.nextId(kindId), name: kind.name, settings },
        { ...context, secrets: vault.trying(typed) },
        AbortSignal.any([signal, AbortSignal.timeout(TEST_LIMIT_MS)]),
      );
      return checkOf(settings, () => true).check(readings, context.wallMs(), context.monoMs()).readings;
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('unreadable-source', messageOf(error), { cause: error });
    }
  }

  /** Which sources are set to use which secret, by its id. */
  secretUses(): Map<string, SecretUse[]> {
    return secretUses(
      [...this.entries.values()].map((entry) => ({
        id: entry.stored.id,
        name: nameOf(entry),
        kind: entry.kind,
        settings: entry.stored.settings,
      })),
    );
  }

  /** Takes no more changes and waits for those under way. Telemetry closes the collectors. */
  async close(): Promise<void> {
    for (const listening of this.listening) listening.dispose();
    await this.work;
  }

  /** One change after another: a source is closed before another takes its place. */
  private after<T>(change: () => Promise<T>): Promise<T> {
    const done = this.work.then(change);
    this.work = done.catch(() => undefined);
    return done;
  }

  private enter(kind: CollectorKind, stored: StoredCollector): Entry {
    const entry: Entry = { kind, stored, inForce: undefined, source: null, check: null, failure: null };
    this.entries.set(stored.id, entry);
    if (stored.enabled) this.begin(entry);
    return entry;
  }

  private begin(entry: Entry): void {
    const { telemetry, context, settings, log } = this.options;
    const { kind, stored } = entry;
    try {
      entry.inForce = kind.settingsOf(stored.settings, settings.current);
      entry.source = kind.create({ id: stored.id, name: nameOf(entry), settings: entry.inForce }, context);
      const check = kind.isFeed ? checkOf(entry.inForce, this.options.canFeedBack) : null;
      entry.check = check;
      for (const collector of entry.source.collectors)
        telemetry.addCollector(
          check === null ? collector : checkedCollector(collector, check, { ...context, onEvent: this.options.onEvent }),
          {
            name: nameOf(entry),
            expected: kind.isFeed,
          },
        );
      entry.failure = null;
    } catch (error) {
      entry.failure = messageOf(error);
      log('warn', `the collector ${stored.id} does not begin: ${String(error)}`);
    }
  }

  private async end(entry: Entry): Promise<void> {
    const { source } = entry;
    entry.source = null;
    entry.check = null;
    entry.failure = null;
    if (source) await Promise.all(source.collectors.map(({ id }) => this.options.telemetry.removeCollector(id)));
  }

  /** Brings what runs in line with what is set. */
  private async apply(entry: Entry): Promise<void> {
    if (!entry.stored.enabled) return this.end(entry);
    const next = entry.kind.settingsOf(entry.stored.settings, this.options.settings.current);
    if (entry.source !== null) {
      if (JSON.stringify(next) === JSON.stringify(entry.inForce)) return;
      if (entry.source.change?.(next) === true) {
        entry.inForce = next;
        if (entry.check) entry.check.options.ratedW = ratedOf(next);
        return;
      }
      await this.end(entry);
    }
    this.begin(entry);
  }

  /** One that could not begin with what was set before may with what is set now; one that does not follow holds up no other. */
  private followSettings(): void {
    for (const entry of this.entries.values()) {
      const follow = async (): Promise<void> => {
        if (entry.stored.enabled && this.entries.get(entry.stored.id) === entry) await this.apply(entry);
      };
      this.after(follow).catch((error: unknown) =>
        this.options.log('warn', `the collector ${entry.stored.id} does not follow the settings: ${String(error)}`),
      );
    }
  }

  private async saved(stored: StoredCollector, undo: () => Promise<void>): Promise<void> {
    try {
      this.options.table.save(stored);
    } catch (error) {
      await undo();
      throw error;
    }
  }

  /** What cannot be taken away from the file of secrets holds up nobody: it is listed there, as unused. */
  private async forgetSecrets({ stored, kind }: Entry): Promise<void> {
    try {
      await dropUnused(this.options.vault, stored.id, kind.params, this.secretUses());
    } catch (error) {
      this.options.log('warn', `the secrets of ${stored.id} are not removed: ${String(error)}`);
    }
  }

  private known(id: string): Entry {
    const entry = this.entries.get(id);
    if (!entry) throw new AppError('not-found', message('message.collector.none', { collector: id }));
    return entry;
  }

  private nextId(kindId: string): string {
    let number = 1;
    // What was entered for a source that is gone is not another's.
    while (this.entries.has(`${kindId}-${number}`) || this.options.context.manual.has(`${kindId}-${number}`)) number++;
    return `${kindId}-${number}`;
  }

  private feed(kindId: string): CollectorKind {
    const kind = this.options.kinds.find(({ id }) => id === kindId);
    if (kind?.isFeed !== true) throw new AppError('invalid-input', message('message.collector.noFeed', { kind: kind?.name ?? kindId }));
    return kind;
  }

  private tell(entry: Entry, what: keyof typeof told): void {
    const { kind, text } = told[what];
    const device = `collector/${entry.stored.id}`;
    this.options.onEvent({ atMs: Date.now(), device, kind, severity: 'info', text: text(nameOf(entry)), by: BY_PERSON });
    this.changed.emit();
  }
}

const told = {
  added: { kind: 'collector.added', text: (collector: Message) => message('message.event.collector.added', { collector }) },
  removed: { kind: 'collector.removed', text: (collector: Message) => message('message.event.collector.removed', { collector }) },
  changed: { kind: 'collector.changed', text: (collector: Message) => message('message.event.collector.changed', { collector }) },
  on: { kind: 'collector.changed', text: (collector: Message) => message('message.event.collector.on', { collector }) },
  off: { kind: 'collector.changed', text: (collector: Message) => message('message.event.collector.off', { collector }) },
} as const;

const nameOf = ({ kind, stored }: Entry): Message => stored.name ?? kind.name;

const worst = ['waiting', 'ok', 'failing', 'hung'] as const satisfies readonly CollectorState['state'][];

function infoOf(entry: Entry, states: ReadonlyMap<string, CollectorState>): CollectorInfo {
  const { kind, stored, source, failure } = entry;
  const own = (source?.collectors ?? []).flatMap(({ id }) => states.get(id) ?? []);
  const state = own.reduce<CollectorState['state']>(
    (all, one) => (worst.indexOf(one.state) > worst.indexOf(all) ? one.state : all),
    'waiting',
  );
  const bad = own.find((one) => one.state === state && (state === 'failing' || state === 'hung'));
  const lastAtMs = Math.max(...own.map((one) => one.lastAtMs ?? -Infinity));
  return {
    id: stored.id,
    kind: kind.id,
    name: nameOf(entry),
    enabled: stored.enabled,
    settings: Object.fromEntries(kind.params.map(({ name, default: standard }) => [name, stored.settings[name] ?? standard])),
    condition: !stored.enabled ? 'off' : failure !== null ? 'failing' : state === 'waiting' ? 'starting' : state,
    error: failure ?? bad?.lastError ?? null,
    failingForMs: bad?.failingForMs ?? null,
    lastAtMs: Number.isFinite(lastAtMs) ? lastAtMs : null,
    lastValues: own.reduce((sum, { last }) => sum + last.filter(({ value }) => value !== null).length, 0),
    series: own.reduce((sum, { last }) => sum + last.length, 0),
    implausible: entry.check?.findings.length ?? 0,
  };
}
