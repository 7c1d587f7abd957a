import { itPowerMetrics } from '@shared/energy/booking';
import { powerEffects, type Absence } from '@shared/model/device-event';
import type { EventInput } from '@shared/model/event';
import { nodeOf } from '@shared/model/device-tree';
import type { MetricName } from '@shared/model/metric';
import type { MetricId } from '@shared/model/metrics';
import { quantity, withheld, type Provenance, type Quantity } from '@shared/model/provenance';
import type { Reading, SeriesKey } from '@shared/model/series';
import type { ColumnReport, ColumnSource } from '../telemetry/columns';

/** A reading older than this no longer stands for now: what is computed from it is withheld. */
const HOLD_MS = 5_000;

/** What a node's parts draw, and what the branches of the room's supply carry. */
const itMetrics: ReadonlySet<MetricName> = new Set(itPowerMetrics);
const METER: MetricId = 'facility.meter.power';

/** A part of the room's power, as it is remembered from one start to the next. */
export interface ExpectedPart {
  readonly device: string;
  readonly metric: MetricName;
  readonly label: string;
  readonly provenance: Provenance;
  /** Why it is in no sum, though it is still known; null = it is expected to be read. */
  readonly away: Absence | null;
}

/** Where the parts are remembered. A failure of these may throw; it is tried again with the next tick. */
export interface PartMemory {
  load(): readonly ExpectedPart[];
  save(part: ExpectedPart): void;
  /** The device and all that hangs on it. */
  remove(device: string): void;
}

/** For a room that names all its parts itself, as a simulated one does. */
const noMemory: PartMemory = { load: () => [], save: () => undefined, remove: () => undefined };

/** The last known power of one device. */
export interface PowerPart {
  readonly device: string;
  readonly metric: MetricName;
  label: string;
  provenance: Provenance;
  value: number | null;
  /** When it was read, on a clock that nobody sets; -Infinity = it is known from before and was not heard since the start. */
  atMs: number;
  away: Absence | null;
}

/** Where in a column source's row a power stands, and the part it became with its first value. */
interface Slot {
  readonly index: number;
  readonly key: SeriesKey;
  part: PowerPart | null;
}

/**
 * The power readings by the node they belong to; the facility's own meters apart.
 *
 * A part is expected from its first reading on, also after a restart, and is taken out by an event alone (`powerEffects`):
 * a part that is silent, for however long, goes on withholding the sum, because what it draws is not known to be nothing.
 * A reading brings one that was away or removed back, whatever was said of it.
 */
export class PowerParts {
  private readonly byKey = new Map<string, PowerPart>();
  private readonly slots = new WeakMap<ColumnSource, readonly Slot[]>();
  /** Devices an event said are away, also those that never had a reading. */
  private readonly awayDevices = new Map<string, Absence>();
  /** What of the last readings must not bring a part back: they stay in force until their source is asked again. */
  private lastReadings = new Set<Reading>();
  private readonly unsaved = new Set<PowerPart>();
  private readonly unforgotten = new Set<string>();

  constructor(
    private readonly memory: PartMemory = noMemory,
    private readonly onMemoryError: (error: unknown) => void = () => undefined,
  ) {
    for (const part of memory.load()) {
      this.byKey.set(keyOf(part), { ...part, value: null, atMs: -Infinity });
      if (part.away !== null) this.awayDevices.set(part.device, part.away);
    }
  }

  /** Takes in what a tick brought. A missing reading (null) withholds; a missing column grows stale. */
  remember(atMs: number, readings: readonly Reading[], columns: readonly ColumnReport[]): void {
    const seen = new Set<Reading>();
    for (const reading of readings) {
      if (!isPower(reading.metric)) continue;
      seen.add(reading);
      const part = this.byKey.get(keyOf(reading));
      if (reading.value === null) {
        if (part?.away ?? this.awayOf(reading.device)) continue;
      } else if (part === undefined || part.away !== null) {
        // Of before the event that took it out: no sign of life.
        if (this.lastReadings.has(reading)) continue;
      }
      this.hear(part ?? this.add(reading), reading, reading.value, atMs);
    }
    this.lastReadings = seen;
    for (const { source, values } of columns) {
      for (const slot of this.slotsOf(source)) {
        const value = values[slot.index] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        slot.part ??= this.byKey.get(keyOf(slot.key)) ?? this.add(slot.key);
        this.hear(slot.part, slot.key, value, atMs);
      }
    }
    this.saveChanged();
  }

  /** To be told of each event when it happens. */
  onEvent({ device, kind }: Pick<EventInput, 'device' | 'kind'>): void {
    const effect = powerEffects[kind];
    if (effect === undefined) return;
    const away = effect === 'lost' || effect === 'asleep' ? effect : null;
    if (away === null) this.awayDevices.delete(device);
    else this.awayDevices.set(device, away);
    for (const [key, part] of this.byKey) {
      if (!hangsOn(part.device, device)) continue;
      if (effect === 'removed') {
        this.byKey.delete(key);
        this.unsaved.delete(part);
        // A column source still holds it.
        part.away = 'lost';
      } else this.setAway(part, away);
    }
    if (effect === 'removed') this.unforgotten.add(device);
    this.saveChanged();
  }

  knows(device: string): boolean {
    return [...this.byKey.values()].some((part) => hangsOn(part.device, device));
  }

  /** Nodes with at least one part, in the order they were first heard of. */
  nodes(): [node: string, parts: PowerPart[]][] {
    const byNode = new Map<string, PowerPart[]>();
    for (const part of this.byKey.values()) {
      if (part.metric === METER) continue;
      const node = nodeOf(part.device);
      if (node === null) continue;
      const parts = byNode.get(node);
      if (parts) parts.push(part);
      else byNode.set(node, [part]);
    }
    return [...byNode].map(([node, parts]) => [node, withoutModelled(parts)]);
  }

  facilityMeters(): PowerPart[] {
    return [...this.byKey.values()].filter(({ metric }) => metric === METER);
  }

  private hear(part: PowerPart, { label, provenance }: Pick<Reading, 'label' | 'provenance'>, value: number | null, atMs: number): void {
    part.value = value;
    part.atMs = atMs;
    if (!this.byKey.has(keyOf(part))) this.byKey.set(keyOf(part), part);
    this.setAway(part, null);
    this.awayDevices.delete(part.device);
    if (part.label === label && part.provenance === provenance) return;
    part.label = label;
    part.provenance = provenance;
    this.unsaved.add(part);
  }

  private setAway(part: PowerPart, away: Absence | null): void {
    if (part.away === away) return;
    part.away = away;
    if (away !== null) part.value = null;
    this.unsaved.add(part);
  }

  private add({ device, metric, label, provenance }: Omit<SeriesKey, 'id'>): PowerPart {
    const part: PowerPart = { device, metric, label, provenance, value: null, atMs: -Infinity, away: null };
    this.byKey.set(keyOf(part), part);
    this.unsaved.add(part);
    return part;
  }

  private awayOf(device: string): Absence | null {
    return this.awayDevices.get(device) ?? null;
  }

  private slotsOf(source: ColumnSource): readonly Slot[] {
    const known = this.slots.get(source);
    if (known) return known;
    const slots = source.keys.flatMap((key, index): Slot[] => (isPower(key.metric) ? [{ index, key, part: null }] : []));
    this.slots.set(source, slots);
    return slots;
  }

  private saveChanged(): void {
    try {
      for (const device of this.unforgotten) {
        this.memory.remove(device);
        this.unforgotten.delete(device);
      }
      for (const part of this.unsaved) {
        this.memory.save(part);
        this.unsaved.delete(part);
      }
    } catch (error) {
      this.onMemoryError(error);
    }
  }
}

const isPower = (metric: MetricName): boolean => metric === METER || itMetrics.has(metric);
const keyOf = ({ device, metric }: { readonly device: string; readonly metric: MetricName }): string => `${metric}|${device}`;
const hangsOn = (device: string, above: string): boolean => device === above || device.startsWith(`${above}/`);

/**
 * Where the counters of the packages cannot be read any more, a model stands for all of the machine's processors: what a counter
 * told of a package or of its memory before is not missing beside it.
 */
function withoutModelled(parts: readonly PowerPart[]): PowerPart[] {
  let modelledAtMs = -Infinity;
  for (const { metric, provenance, atMs } of parts)
    if (metric === 'cpu.power' && provenance === 'modelled') modelledAtMs = Math.max(modelledAtMs, atMs);
  return parts.filter(
    ({ metric, provenance, atMs }) =>
      !((metric === 'cpu.power' || metric === 'dram.power') && provenance === 'measured' && atMs < modelledAtMs),
  );
}

/** What the part says now, or why it says nothing. */
export function asQuantity(part: PowerPart, atMs: number): Quantity {
  if (part.atMs === -Infinity) return withheld('W', 'missing', part.provenance);
  if (part.value === null) return withheld('W', 'no-sensor', part.provenance);
  if (Math.abs(atMs - part.atMs) > HOLD_MS) return withheld('W', 'stale', part.provenance);
  return quantity(part.value, 'W', part.provenance);
}
