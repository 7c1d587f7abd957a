import { powerProposals, type KnownNode, type MeterToPlace } from '@shared/energy/power-proposals';
import { LOCAL_NODE, type TreeNode } from '@shared/model/device-tree';
import type { CollectorInfo, CollectorKindInfo } from '@shared/model/collector';
import { lineOf } from '@shared/model/meter-part';
import type { PowerProposals } from '@shared/model/power-proposal';
import type { PowerTree } from '@shared/model/power-tree';
import type { Series } from '@shared/model/series';
import type { TimeRange } from '@shared/model/time-range';
import type { PowerTreeTable } from '../store/records/power-tree';
import type { FitHistory } from './fitting/read-history';
import type { KnownMeter, MeterReadings } from './meter-readings';

/** The history that curves are compared over: of it the means are of a minute. */
const SPAN_MS = 24 * 3_600_000;
/** More than anybody dismisses; the oldest go. */
const MAX_DISMISSED = 2_000;

export interface PowerProposerOptions {
  readonly table: Pick<PowerTreeTable, 'dismissed' | 'putDismissed'>;
  readonly tree: () => PowerTree;
  readonly rooms: () => readonly TreeNode[];
  readonly meters: Pick<MeterReadings, 'meters' | 'power' | 'label'>;
  readonly feeds: () => readonly CollectorInfo[];
  readonly kinds: () => readonly CollectorKindInfo[];
  readonly series: () => readonly Series[];
  /** Of this machine. */
  readonly hostname: string;
  readonly history: (range: TimeRange, devices: readonly string[], signal: AbortSignal) => Promise<FitHistory>;
  readonly wallMs?: () => number;
}

/** Proposes places for meters, and remembers which proposals a person does not want. It places nothing. */
export class PowerProposer {
  constructor(private readonly options: PowerProposerOptions) {}

  async find(signal: AbortSignal): Promise<PowerProposals> {
    const { table, meters, history, wallMs = Date.now } = this.options;
    const tree = this.options.tree();
    const toPlace = this.unplaced(tree);
    if (toPlace.length === 0) return { revision: tree.revision, proposals: [], dismissed: 0 };
    const nodes = this.nodes();
    const placed = tree.places.flatMap((place) => [...place.meters.map(({ device }) => device), ...(place.device ?? [])]);
    const devices = [...new Set([...toPlace.map(({ device }) => device), ...placed, ...nodes.map(({ id }) => id)])];
    const nowMs = wallMs();
    const recorded = await history({ fromMs: Math.max(0, nowMs - SPAN_MS), toMs: nowMs }, devices, signal);
    const found = powerProposals({
      tree,
      meters: toPlace,
      labelOf: (device) => meters.label(device),
      nodes,
      course: recorded.power,
      spanMs: SPAN_MS,
      bucketMs: recorded.bucketMs,
      dismissed: new Set(table.dismissed()),
    });
    return { revision: tree.revision, ...found };
  }

  /** @param id null = all that was dismissed is proposed again */
  dismiss(id: string | null): void {
    const { table } = this.options;
    table.putDismissed(id === null ? [] : [...table.dismissed().filter((own) => own !== id), id].slice(-MAX_DISMISSED));
  }

  /** Meters of power that stand nowhere and whose feed is still there. A line is a part of its meter, where that one tells the whole. */
  private unplaced({ places }: PowerTree): MeterToPlace[] {
    const { meters } = this.options;
    const placed = new Set(places.flatMap((place) => place.meters.map(({ device }) => device)));
    const feeds = new Map(this.options.feeds().map((feed) => [feed.id, feed]));
    const series = this.options.series();
    const known = meters.meters();
    const isLine = (device: string): boolean => known.some((other) => other.device === lineOf(device)?.whole);
    return known.flatMap((meter): MeterToPlace[] => {
      const { device } = meter;
      if (placed.has(device) || isLine(device) || meters.power(device).powerW.withheld === 'missing') return [];
      const id = /^sensor\/([^/]+)/.exec(device)?.[1];
      if (id === undefined) return [plain(meter)];
      const feed = feeds.get(id);
      return feed === undefined ? [] : [this.ofFeed(meter, feed, series)];
    });
  }

  private ofFeed(meter: KnownMeter, { id, kind, settings }: CollectorInfo, series: readonly Series[]): MeterToPlace {
    const own = series.filter(({ device }) => device === `sensor/${id}` || device.startsWith(`sensor/${id}/`));
    const feed = this.options.kinds().find((one) => one.id === kind)?.name ?? kind;
    const hasOutlets = own.some(({ device }) => device.includes('/outlet-'));
    const hasBattery = own.some(({ metric }) => metric.startsWith('ups.battery.'));
    const model = kind === 'snmp' ? String(settings['device'] ?? '') : '';
    const found: MeterToPlace['found'] = hasBattery
      ? { kind: 'ups', feed: null }
      : hasOutlets
        ? { kind: 'pdu', feed: null }
        : kind === 'nut' || /\bups\b|xups/.test(model)
          ? { kind: 'ups', feed }
          : /r?pdu|raritan|geist/.test(model)
            ? { kind: 'pdu', feed }
            : null;
    const host = String(settings['host'] ?? '');
    const isHere = kind === 'ipmi' && settings['reach'] === 'open';
    const isController = kind === 'ipmi' || kind === 'redfish';
    return {
      ...plain(meter),
      found,
      controller: !isController ? null : isHere ? { node: LOCAL_NODE, host: this.options.hostname } : { node: null, host },
      isSupply: settings['counts'] === 'facility' && meter.device === `sensor/${id}`,
    };
  }

  private nodes(): KnownNode[] {
    const rooms = this.options.rooms();
    const rackOf = (parent: string | null): string | null => rooms.find(({ id, kind }) => id === parent && kind === 'rack')?.name ?? null;
    return rooms.filter(({ kind }) => kind === 'node').map(({ id, name, parent }) => ({ id, name, rack: rackOf(parent) }));
  }
}

const plain = ({ device, label }: KnownMeter): MeterToPlace => ({ device, label, found: null, controller: null, isSupply: false });
