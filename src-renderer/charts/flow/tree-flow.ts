import { supplyOf } from '@shared/energy/power-supply';
import { isBesideIt, isSource, type PowerPlace, type PowerPlaceKind, type PowerPlaceState } from '@shared/model/power-tree';
import { worstProvenance, type Provenance, type Quantity } from '@shared/model/provenance';
import type { FlowKind, FlowLink, FlowNode, FlowPictureGraph } from './flow-picture';

/** How what is no place of the tree is called. */
export interface TreeFlowNames {
  /** All sources that feed together. */
  readonly bus: string;
  readonly loss: string;
  readonly lossAndRest: string;
  readonly unexplained: string;
  /** The meters below tell more than the one above: by so much. */
  readonly surplus: string;
  /** What feeds a load that hangs on nothing in the tree. */
  readonly outside: string;
  /** A place whose power flows against its usual way: a battery that charges, a supply that is exported to. */
  readonly back: (kind: PowerPlaceKind, name: string) => string;
}

const BUS = 'bus';

/**
 * The tree's powers as flows, each drawn the way it goes: what is charged or exported leaves the supply, what feeds back comes in.
 * Sources of which the tree does not say what they feed are drawn together with the one that feeds.
 */
export function treeFlow(places: readonly PowerPlace[], states: readonly PowerPlaceState[], names: TreeFlowNames): FlowPictureGraph {
  const flow = new Flow();
  const stateOf = new Map(states.map((state) => [state.id, state]));
  const { feeding, beside } = supplyOf(
    places.filter(({ parent }) => parent === null),
    ({ id }) => places.some(({ parent }) => parent === id),
  );
  if (feeding.length === 0) return { nodes: [], links: [] };
  const given = (place: PowerPlace): Quantity | null => stateOf.get(place.id)?.outputW ?? null;
  const [sole] = feeding.length === 1 ? feeding : [];
  const isShared = sole !== undefined && (beside.some((own) => given(own)?.value) || (given(sole)?.value ?? 0) < 0);
  /** Where what a place feeds begins. */
  const outOf = (id: string): string => (isShared && id === sole.id ? BUS : id);
  if (isShared) flow.name(BUS, 'supply', names.bus);
  for (const place of places)
    flow.name(place.id, isSource(place.kind) ? 'supply' : isBesideIt(place.kind) ? 'infrastructure' : 'part', place.name);
  for (const source of [...feeding, ...beside]) {
    const power = given(source);
    if (power?.value === null || power?.value === undefined) continue;
    flow.told(source.id, power);
    const isBeside = beside.includes(source);
    // Of several that feed something nobody knows with which of them this one feeds.
    const elsewhere = `${source.id} elsewhere`;
    if (!isShared && isBeside) flow.name(elsewhere, 'rest', names.unexplained);
    const middle = isShared ? BUS : isBeside ? elsewhere : source.id;
    if (power.value < 0) {
      const back = `${source.id} back`;
      flow.name(back, 'back', names.back(source.kind, source.name));
      flow.add(middle, back, -power.value, power);
    } else if (middle !== source.id) flow.add(source.id, middle, power.value, power);
  }
  for (const place of places) {
    const state = stateOf.get(place.id);
    if (state === undefined) continue;
    const power = state.inputW.value === null ? (state.outputW ?? state.fedW ?? state.inputW) : state.inputW;
    const isLoose = place.parent === null && isBesideIt(place.kind);
    const above = place.parent ?? (isLoose ? `${place.id} outside` : null);
    if (above !== null && power.value !== null) {
      if (isLoose) flow.name(above, 'supply', names.outside);
      if (power.value < 0) {
        flow.name(place.id, 'back', names.back(place.kind, place.name));
        flow.add(place.id, outOf(above), -power.value, power);
      } else flow.add(outOf(above), place.id, power.value, power);
    }
    addRest(flow, outOf(place.id), state, names);
  }
  return flow.graph();
}

/** What a place gives beyond what is told of what it feeds, or the other way round. */
function addRest(flow: Flow, at: string, { unexplainedW, allowedW, holdsLosses, fittedW }: PowerPlaceState, names: TreeFlowNames): void {
  const left = unexplainedW?.value ?? null;
  if (unexplainedW === null || left === null) return;
  if (left < 0) {
    // Within what the meters' classes allow it is no contradiction.
    if (-left <= (allowedW ?? 0)) return;
    flow.name(`${at} surplus`, 'rest', names.surplus);
    flow.add(`${at} surplus`, at, -left, unexplainedW);
    return;
  }
  // The curve tells how much of it is the place's own loss; only what is beyond is unexplained.
  const lossW = holdsLosses && fittedW !== null ? Math.min(left, Math.max(0, fittedW.value ?? 0)) : 0;
  flow.name(`${at} loss`, 'infrastructure', names.loss);
  flow.add(at, `${at} loss`, lossW, { provenance: 'modelled' });
  flow.name(`${at} rest`, 'rest', holdsLosses && lossW === 0 ? names.lossAndRest : names.unexplained);
  flow.add(at, `${at} rest`, left - lossW, unexplainedW);
}

class Flow {
  private readonly named = new Map<string, { readonly kind: FlowKind; readonly label: string }>();
  private readonly links: FlowLink[] = [];
  private readonly own = new Map<string, Provenance>();

  name(id: string, kind: FlowKind, label: string): void {
    this.named.set(id, { kind, label });
  }

  /** Its own figure tells more of how it is known than what flows out of it. */
  told(id: string, { provenance }: Pick<Quantity, 'provenance'>): void {
    this.own.set(id, provenance);
  }

  add(source: string, target: string, powerW: number, { provenance }: Pick<Quantity, 'provenance'>): void {
    if (powerW > 0) this.links.push({ source, target, powerW, provenance, allocated: false });
  }

  /** What is in no flow is not drawn. */
  graph(): FlowPictureGraph {
    const nodes = [...this.named].flatMap(([id, { kind, label }]): FlowNode[] => {
      const [into, out] = [this.links.filter(({ target }) => target === id), this.links.filter(({ source }) => source === id)];
      if (into.length + out.length === 0) return [];
      const sum = (links: readonly FlowLink[]): number => links.reduce((total, { powerW }) => total + powerW, 0);
      const own = into.length > 0 ? into : out;
      const provenance =
        own.length === 1 && own[0] ? own[0].provenance : worstProvenance(['derived', ...own.map((link) => link.provenance)]);
      return [{ id, kind, label, powerW: Math.max(sum(into), sum(out)), provenance: this.own.get(id) ?? provenance }];
    });
    return { nodes, links: this.links };
  }
}

/** What comes into the picture. */
export function suppliedW({ links }: FlowPictureGraph): number {
  const fed = new Set(links.map(({ target }) => target));
  return links.reduce((sum, { source, powerW }) => (fed.has(source) ? sum : sum + powerW), 0);
}
