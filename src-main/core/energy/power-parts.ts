import { nodeOf } from '@shared/model/device-tree';
import type { MetricId } from '@shared/model/metrics';
import { quantity, withheld, type Provenance, type Quantity } from '@shared/model/provenance';
import type { Reading } from '@shared/model/series';
import type { ColumnReport, ColumnSource } from '../telemetry/columns';

/** A reading older than this no longer stands for now: what is computed from it is withheld. */
const HOLD_MS = 5_000;
/** A device silent for this long is taken as gone (unplugged, driver unloaded), no longer as a missing part. */
const GONE_MS = 60_000;

/** What a node's parts draw, and what the branches of the room's supply carry. */
const itMetrics = new Set<MetricId>(['cpu.power', 'dram.power', 'gpu.power', 'host.base.power']);
const METER: MetricId = 'facility.meter.power';

/** The last known power of one device. */
export interface PowerPart {
  readonly device: string;
  readonly label: string;
  readonly metric: MetricId;
  readonly provenance: Provenance;
  value: number | null;
  /** When it was read, on a clock that nobody sets. */
  atMs: number;
}

/** The power readings in force, by the node they belong to; the facility's own meters apart. */
export class PowerParts {
  private readonly byNode = new Map<string, Map<string, PowerPart>>();
  private readonly meters = new Map<string, PowerPart>();
  /** Where in a column source's row the powers stand. */
  private readonly bound = new WeakMap<ColumnSource, readonly { readonly index: number; readonly part: PowerPart }[]>();

  /** Takes in what a tick brought. A missing reading (null) withholds; a missing column grows stale, then is gone. */
  remember(atMs: number, readings: readonly Reading[], columns: readonly ColumnReport[]): void {
    for (const { device, label, metric, provenance, value } of readings) {
      if (isPower(metric)) this.put({ device, label, metric, provenance, value, atMs });
    }
    for (const { source, values } of columns) {
      for (const { index, part } of this.partsOf(source)) {
        const value = values[index] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        const gone = part.atMs === -Infinity || Math.abs(atMs - part.atMs) > GONE_MS;
        part.value = value;
        part.atMs = atMs;
        if (gone) this.put(part);
      }
    }
    this.forgetGone(atMs);
  }

  /** Nodes with at least one part, in the order they were first heard of. */
  nodes(): [node: string, parts: PowerPart[]][] {
    return [...this.byNode].map(([node, parts]) => [node, [...parts.values()]]);
  }

  facilityMeters(): PowerPart[] {
    return [...this.meters.values()];
  }

  private partsOf(source: ColumnSource): readonly { readonly index: number; readonly part: PowerPart }[] {
    const known = this.bound.get(source);
    if (known) return known;
    const parts = source.keys.flatMap((key, index) => (isPower(key.metric) ? [{ index, part: { ...key, value: null, atMs: -Infinity } }] : []));
    this.bound.set(source, parts);
    return parts;
  }

  private put(part: PowerPart): void {
    if (part.metric === METER) {
      this.meters.set(part.device, part);
      return;
    }
    const node = nodeOf(part.device);
    if (node === null) return;
    const parts = this.byNode.get(node) ?? new Map<string, PowerPart>();
    this.byNode.set(node, parts);
    parts.set(`${part.metric}|${part.device}`, part);
  }

  private forgetGone(atMs: number): void {
    const isGone = (part: PowerPart): boolean => Math.abs(atMs - part.atMs) > GONE_MS;
    for (const [device, meter] of this.meters) if (isGone(meter)) this.meters.delete(device);
    for (const [node, parts] of this.byNode) {
      for (const [key, part] of parts) if (isGone(part)) parts.delete(key);
      if (parts.size === 0) this.byNode.delete(node);
    }
  }
}

const isPower = (metric: MetricId): boolean => metric === METER || itMetrics.has(metric);

/** What the part says now, or why it says nothing. */
export function asQuantity(part: PowerPart, atMs: number): Quantity {
  if (part.value === null) return withheld('W', 'no-sensor', part.provenance);
  if (atMs - part.atMs > HOLD_MS) return withheld('W', 'stale', part.provenance);
  return quantity(part.value, 'W', part.provenance);
}
