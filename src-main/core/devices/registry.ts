import type { Log } from '@shared/base/log';
import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { EventInput } from '@shared/model/event';
import { hardwareKinds, type DeviceRecord, type DeviceState, type HardwareKind, type StoredDevice } from '@shared/model/device-record';
import { message, type Message } from '@shared/text/message';
import type { DeviceTable } from '../store/records/devices';
import type { SampleTables } from '../store/samples/samples';
import { hasIdentity, matchDevices, type FoundDevice } from './identity';

/** How far the time a device was last seen may lag in the database. */
const SEEN_STEP_MS = 10 * 60_000;
/** While the disk refuses, it is asked again this often. */
const RETRY_MS = 5_000;

export interface DeviceRegistryOptions {
  readonly store: DeviceTable;
  /** What was ever recorded. */
  readonly samples: Pick<SampleTables, 'listSeries'>;
  readonly wallMs: () => number;
  readonly monoMs: () => number;
  readonly onEvent: (event: EventInput) => void;
  readonly log: Log;
}

/** A device of a source's whole list: `lost` = why it does not answer though it is listed, null = it answers. */
export interface ListedDevice {
  readonly device: string;
  readonly lost: Message | null;
}

/**
 * Which hardware has which label. Every source asks here by what the hardware tells of itself, so that a card is the same
 * device whoever reads it, whatever its slot and whatever the order in which the driver lists it. A label is given once and
 * kept for good; one that was recorded before there was this table goes to whoever has that place at the first start.
 */
export class DeviceRegistry {
  private readonly rows = new Map<string, StoredDevice>();
  private readonly states = new Map<string, DeviceState>();
  /** Kinds of which nothing was known when this began: their labels go by place, also where one was recorded before. */
  private readonly unknownKinds: ReadonlySet<HardwareKind>;
  private readonly unsaved = new Set<string>();
  private readonly savedSeenMs = new Map<string, number>();
  private retryAtMono = -Infinity;
  private readonly changed: Emitter<DeviceRecord[]>;

  constructor(private readonly options: DeviceRegistryOptions) {
    this.changed = new Emitter((error) => options.log('error', `a listener to the devices failed: ${String(error)}`));
    const stored = options.store.load();
    for (const row of stored) {
      this.rows.set(row.device, row);
      this.savedSeenMs.set(row.device, row.lastSeenMs);
      this.states.set(row.device, row.removedAtMs === null ? 'unheard' : 'removed');
    }
    const known = new Set(stored.map(({ kind }) => kind));
    this.unknownKinds = new Set(hardwareKinds.filter((kind) => !known.has(kind)));
  }

  onChange(listener: (devices: DeviceRecord[]) => void): Disposable {
    return this.changed.on(listener);
  }

  list(...kinds: readonly HardwareKind[]): DeviceRecord[] {
    return [...this.rows.values()]
      .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
      .map((row) => ({ ...row, state: this.stateOf(row.device) }))
      .sort((a, b) => a.device.localeCompare(b.device, 'en', { numeric: true }));
  }

  /**
   * The labels of these devices of one kind, in their order. Null for one that tells nothing of itself while its place
   * belongs to one that does.
   */
  resolve(kind: HardwareKind, found: readonly FoundDevice[]): (string | null)[] {
    const known = [...this.rows.values()].filter((row) => row.kind === kind);
    const matched = matchDevices(known, found);
    const labels = found.map((one, i) => {
      const row = matched[i];
      if (row) return this.refresh(row, one);
      if (!hasIdentity(one) && this.rows.has(one.preferred)) return null;
      return this.admit(kind, one);
    });
    this.save();
    return labels;
  }

  /** Every device of this kind that its source lists now: one that is known and not among them is missing or lost. */
  report(kind: HardwareKind, listed: readonly ListedDevice[]): void {
    const lostBy = new Map(listed.map(({ device, lost }) => [device, lost]));
    let changed = false;
    for (const row of [...this.rows.values()].filter((one) => one.kind === kind)) {
      const before = this.stateOf(row.device);
      const lost = lostBy.has(row.device) ? (lostBy.get(row.device) ?? null) : message('message.event.notListed');
      const after = lost === null ? 'present' : stateWithout(before, lostBy.has(row.device));
      if (before === after) continue;
      changed = true;
      this.states.set(row.device, after);
      this.tell(row, before, after, lost);
      const awaySinceMs = after === 'present' ? null : (row.awaySinceMs ?? this.options.wallMs());
      if (awaySinceMs === row.awaySinceMs) continue;
      this.rows.set(row.device, { ...row, awaySinceMs });
      this.unsaved.add(row.device);
    }
    if (changed) this.changed.emit(this.list());
    this.save();
  }

  /** A person says that it is out for good; one that answers is not. The event of it is the caller's. */
  setRemoved(device: string): void {
    const row = this.rows.get(device);
    if (!row || this.stateOf(device) === 'present') return;
    this.rows.set(device, { ...row, removedAtMs: this.options.wallMs() });
    this.states.set(device, 'removed');
    this.unsaved.add(device);
    this.save();
    this.changed.emit(this.list());
  }

  knows(device: string): boolean {
    return this.rows.has(device);
  }

  /** Stores when each was last seen. */
  close(): void {
    for (const { device, lastSeenMs } of this.rows.values()) {
      if (lastSeenMs !== this.savedSeenMs.get(device)) this.unsaved.add(device);
    }
    this.retryAtMono = -Infinity;
    this.save();
    this.changed.clear();
  }

  private stateOf(device: string): DeviceState {
    return this.states.get(device) ?? 'unheard';
  }

  /** Takes over what the source tells now: a card moves, and a fallback may know less than NVML. */
  private refresh(row: StoredDevice, one: FoundDevice): string {
    const next: StoredDevice = {
      ...row,
      uuid: one.uuid ?? row.uuid,
      serial: one.serial ?? row.serial,
      bus: one.bus ?? row.bus,
      pciId: one.pciId ?? row.pciId,
      model: one.model ?? row.model,
      lastSeenMs: this.options.wallMs(),
      removedAtMs: null,
    };
    const same = (['uuid', 'serial', 'bus', 'pciId', 'model', 'removedAtMs'] as const).every((key) => next[key] === row[key]);
    this.rows.set(row.device, next);
    const seenMs = this.savedSeenMs.get(row.device) ?? -Infinity;
    if (!same || Math.abs(next.lastSeenMs - seenMs) > SEEN_STEP_MS) this.unsaved.add(row.device);
    return row.device;
  }

  private admit(kind: HardwareKind, { uuid, serial, bus, pciId, model, preferred }: FoundDevice): string {
    const device = this.labelFor(kind, preferred);
    const nowMs = this.options.wallMs();
    const row = {
      device,
      kind,
      uuid,
      serial,
      bus,
      pciId,
      model,
      firstSeenMs: nowMs,
      lastSeenMs: nowMs,
      awaySinceMs: null,
      removedAtMs: null,
    };
    this.rows.set(device, row);
    this.unsaved.add(device);
    if (!this.unknownKinds.has(kind))
      this.announce(row, 'device.added', message('message.event.new', { device: model ?? device, label: device }), 'info');
    return device;
  }

  /** The label by its place when nobody has or had it, else one that nobody ever had. */
  private labelFor(kind: HardwareKind, preferred: string): string {
    const recorded = new Set(this.options.samples.listSeries().map(({ device }) => device));
    if (!this.rows.has(preferred) && (!recorded.has(preferred) || this.unknownKinds.has(kind))) return preferred;
    const taken = (label: string): boolean => this.rows.has(label) || recorded.has(label);
    // gpu0 → one above the highest there ever was; a name (disk/sda) → disk/sda-2.
    const numbered = kind === 'disk' || kind === 'net' ? null : /^(.*?)\d+$/.exec(preferred)?.[1];
    if (numbered === undefined || numbered === null) {
      let number = 2;
      while (taken(`${preferred}-${number}`)) number++;
      return `${preferred}-${number}`;
    }
    const numbers = [...this.rows.keys(), ...recorded].flatMap((label) => {
      const number = label.startsWith(numbered) ? label.slice(numbered.length) : '';
      return /^\d+$/.test(number) ? [Number(number)] : [];
    });
    return `${numbered}${Math.max(-1, ...numbers) + 1}`;
  }

  private tell(row: StoredDevice, before: DeviceState, after: DeviceState, why: Message | null): void {
    const device = row.model ?? row.device;
    // What was told before the last end is not told again.
    const told = before === 'unheard' && row.awaySinceMs !== null;
    switch (after) {
      case 'present':
        if (before === 'lost') this.announce(row, 'device.back', message('message.event.backOf', { device }), 'info');
        else if (before !== 'unheard' || told) this.announce(row, 'device.back', message('message.event.hereAgain', { device }), 'info');
        return;
      case 'lost':
        if (!told)
          this.announce(
            row,
            'device.lost',
            message('message.event.of', { device, what: why ?? message('message.event.notListed') }),
            'critical',
          );
        return;
      case 'missing':
        if (!told) this.announce(row, 'device.missing', message('message.event.missing', { device }), 'critical');
        return;
      case 'removed':
      case 'unheard':
        return;
    }
  }

  private announce(row: StoredDevice, kind: EventInput['kind'], text: Message, severity: EventInput['severity']): void {
    // Partitions are made anew as people please; disks and network cards are plugged in and out.
    if (row.kind !== 'nvidia' && row.kind !== 'drm') return;
    this.options.onEvent({ atMs: Math.round(this.options.wallMs()), device: row.device, kind, text, severity });
  }

  private save(): void {
    const { store, monoMs, log } = this.options;
    if (this.unsaved.size === 0 || monoMs() < this.retryAtMono) return;
    const rows = [...this.unsaved].flatMap((device) => this.rows.get(device) ?? []);
    try {
      store.save(rows);
      for (const { device, lastSeenMs } of rows) this.savedSeenMs.set(device, lastSeenMs);
      this.unsaved.clear();
      this.retryAtMono = -Infinity;
    } catch (error) {
      this.retryAtMono = monoMs() + RETRY_MS;
      log('warn', `the devices found are not stored yet: ${String(error)}`);
    }
  }
}

/** What a device is that does not answer. */
function stateWithout(before: DeviceState, listed: boolean): DeviceState {
  switch (before) {
    case 'present':
    case 'lost':
      return 'lost';
    case 'unheard':
      // Listed and silent from the start: it is in its slot.
      return listed ? 'lost' : 'missing';
    case 'missing':
    case 'removed':
      return before;
  }
}
