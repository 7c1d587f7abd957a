import { HOST_DEVICE, type TreeNode } from '@shared/model/device-tree';
import type { PowerFlow, PowerHolder } from '@shared/model/power-flow';
import { worstProvenance, type Provenance } from '@shared/model/provenance';
import type { FlowLink, FlowNode } from '../../charts/flow/flow-picture';
import { byPlace } from '../../data/power-places';

/** More than so many side by side nobody reads; the smallest are drawn as one. */
const MAX_PARTS = 10;
const MAX_HOLDERS = 10;

/** A node of the room's picture. */
interface RoomFlowNode extends FlowNode {
  readonly depth: 0 | 1 | 2;
  /** Where it leads; null = nowhere. */
  readonly device: string | null;
  readonly runId: string | null;
}

export interface FlowGraph {
  readonly nodes: readonly RoomFlowNode[];
  readonly links: readonly FlowLink[];
  /** Parts without a figure: they are in no sum, and named instead. */
  readonly silent: PowerFlow['parts'];
}

/** How what has no name of its own is called. */
export interface FlowNames {
  readonly supply: Readonly<Record<'facility' | 'it' | 'known', string>>;
  readonly host: string;
  readonly infrastructure: string;
  readonly idle: string;
  readonly other: string;
  readonly run: (runId: string) => string;
  readonly place: (place: TreeNode) => string;
  readonly several: (label: string, count: number) => string;
  readonly restParts: (count: number) => string;
  readonly restRuns: (count: number) => string;
}

interface Part {
  readonly id: string;
  readonly label: string;
  readonly device: string | null;
  readonly powerW: number;
  readonly provenance: Provenance;
  readonly holders: readonly PowerHolder[];
}

/** The room's power as a graph of three columns: the supply, its parts and what lies around them, and who holds the parts. */
export function flowGraph(flow: PowerFlow, names: FlowNames, places: readonly TreeNode[]): FlowGraph {
  const parts = shownParts(flow, names, places);
  const infrastructureW = flow.infrastructureW.value;
  const hasFacility = flow.facilityPowerW.value !== null && infrastructureW !== null;
  const knownW = parts.reduce((sum, { powerW }) => sum + powerW, 0);
  const basis = hasFacility ? 'facility' : flow.itPowerW.value !== null ? 'it' : 'known';
  const whole = hasFacility ? flow.facilityPowerW : flow.itPowerW;
  const nodes: RoomFlowNode[] = [];
  const links: FlowLink[] = [];
  if (parts.length === 0) return { nodes, links, silent: silentOf(flow) };
  nodes.push({
    ...leadsNowhere,
    id: 'supply',
    kind: 'supply',
    label: names.supply[basis],
    powerW: whole.value ?? knownW,
    provenance: whole.value === null ? worstProvenance(['derived', ...parts.map(({ provenance }) => provenance)]) : whole.provenance,
    depth: 0,
  });
  for (const { id, label, device, powerW, provenance } of parts) {
    nodes.push({ ...leadsNowhere, id, kind: 'part', label, device, powerW, provenance, depth: 1 });
    links.push({ source: 'supply', target: id, powerW, provenance, allocated: false });
  }
  if (hasFacility && infrastructureW > 0) {
    const { provenance } = flow.infrastructureW;
    const label = names.infrastructure;
    nodes.push({ ...leadsNowhere, id: 'infrastructure', kind: 'infrastructure', label, powerW: infrastructureW, provenance, depth: 1 });
    links.push({ source: 'supply', target: 'infrastructure', powerW: infrastructureW, provenance, allocated: false });
  }
  addHolders(parts, names, nodes, links);
  return { nodes, links, silent: silentOf(flow) };
}

const leadsNowhere = { device: null, runId: null } as const;

const silentOf = (flow: PowerFlow): PowerFlow['parts'] => flow.parts.filter(({ powerW }) => powerW.value === null);

/**
 * Parts of one name (eight cards of a kind) stand as one where there are too many, then those of one place, then the smallest. All stay in
 * the order in which they are given: by power they would change places from one second to the next.
 */
function shownParts(flow: PowerFlow, names: FlowNames, places: readonly TreeNode[]): Part[] {
  const all = flow.parts.flatMap(({ device, label, powerW, holders }): Part[] =>
    powerW.value === null || powerW.value <= 0
      ? []
      : [
          {
            id: `part:${device}`,
            label: device === HOST_DEVICE ? names.host : device.endsWith(label) ? label : `${label} · ${device}`,
            device,
            powerW: powerW.value,
            provenance: powerW.provenance,
            holders,
          },
        ],
  );
  if (all.length <= MAX_PARTS) return all;
  const labelOf = new Map(flow.parts.map(({ device, label }) => [`part:${device}`, label]));
  const byLabel = new Map<string, Part[]>();
  for (const part of all) {
    const label = labelOf.get(part.id) ?? part.label;
    byLabel.set(label, [...(byLabel.get(label) ?? []), part]);
  }
  const grouped = [...byLabel].map(([label, own]) =>
    own.length === 1 && own[0] ? own[0] : merged(`kind:${label}`, names.several(label, own.length), own),
  );
  if (grouped.length <= MAX_PARTS) return grouped;
  const groups = byPlace(
    all.map((part) => ({ device: part.device ?? '', part })),
    places,
    MAX_PARTS,
  );
  if (groups)
    return groups.flatMap(({ place, parts }) => {
      const own = parts.map(({ part }) => part);
      return place && own.length > 1 ? merged(`place:${place.id}`, names.place(place), own) : own;
    });
  const largest = new Set([...grouped].sort((a, b) => b.powerW - a.powerW).slice(0, MAX_PARTS - 1));
  const rest = grouped.filter((part) => !largest.has(part));
  return [...grouped.filter((part) => largest.has(part)), merged('rest', names.restParts(rest.length), rest)];
}

function merged(id: string, label: string, parts: readonly Part[]): Part {
  const holders = new Map<string, PowerHolder>();
  for (const { account, powerW, allocated } of parts.flatMap((part) => part.holders)) {
    const before = holders.get(account);
    holders.set(account, { account, powerW: (before?.powerW ?? 0) + powerW, allocated: allocated || (before?.allocated ?? false) });
  }
  return {
    id,
    label,
    device: null,
    powerW: parts.reduce((sum, { powerW }) => sum + powerW, 0),
    provenance: worstProvenance(['derived', ...parts.map(({ provenance }) => provenance)]),
    holders: [...holders.values()],
  };
}

/** Runs by their power, then other programs, then what nobody uses. */
function addHolders(parts: readonly Part[], names: FlowNames, nodes: RoomFlowNode[], links: FlowLink[]): void {
  const totals = new Map<string, number>();
  for (const { account, powerW } of parts.flatMap(({ holders }) => holders)) totals.set(account, (totals.get(account) ?? 0) + powerW);
  const runs = [...totals].filter(([account]) => account.startsWith('run:')).sort(([, a], [, b]) => b - a);
  const shownRuns = runs.length > MAX_HOLDERS ? runs.slice(0, MAX_HOLDERS - 1) : runs;
  const shown = new Set([...shownRuns.map(([account]) => account), 'idle', 'other']);
  const restRuns = runs.length - shownRuns.length;
  const nodeOf = (account: string): string => `holder:${shown.has(account) ? account : 'run:'}`;
  const label = (account: string): string => {
    if (account === 'idle') return names.idle;
    if (account === 'other') return names.other;
    return account === 'run:' ? names.restRuns(restRuns) : names.run(account.slice('run:'.length));
  };
  const kinds = { idle: 'idle', other: 'other' } as const;
  const order = [...shownRuns.map(([account]) => account), ...(restRuns > 0 ? ['run:'] : []), 'other', 'idle'];
  const joined = new Map<string, FlowLink>();
  for (const part of parts) {
    for (const { account, powerW, allocated } of part.holders) {
      const target = nodeOf(account);
      const before = joined.get(`${part.id} ${target}`);
      joined.set(`${part.id} ${target}`, {
        source: part.id,
        target,
        powerW: (before?.powerW ?? 0) + powerW,
        provenance: worstProvenance(['derived', part.provenance]),
        allocated: allocated || (before?.allocated ?? false),
      });
    }
  }
  for (const account of order) {
    const own = [...joined.values()].filter(({ target }) => target === `holder:${account}`);
    if (own.length === 0) continue;
    links.push(...own);
    nodes.push({
      id: `holder:${account}`,
      kind: account === 'idle' || account === 'other' ? kinds[account] : 'run',
      label: label(account),
      powerW: own.reduce((sum, { powerW }) => sum + powerW, 0),
      provenance: worstProvenance(own.map(({ provenance }) => provenance)),
      depth: 2,
      device: null,
      runId: account.startsWith('run:') && account !== 'run:' ? account.slice('run:'.length) : null,
    });
  }
}
