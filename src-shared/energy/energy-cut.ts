import { isBesideIt, isEquipment, isSource, withoutFluids, type PlacedMeter, type PowerPlace, type PowerTree } from '../model/power-tree';
import { besideCounts } from './power-supply';
import { PowerTreePlan } from './power-tree';

/** A meter in a sum of energies, and how it counts there. */
export interface CutMeter extends Pick<PlacedMeter, 'device' | 'classPercent'> {
  readonly sign: 1 | -1;
}

/** Which meters' energies the figures of the power tree are made of. */
export interface EnergyCut {
  /** What comes in; null = the tree does not tell it all. */
  readonly facility: readonly CutMeter[] | null;
  /** The IT's; null = not all of it is metered. */
  readonly it: readonly CutMeter[] | null;
  /** The farthest from the equipment that the IT is metered at. */
  readonly category: 'pue1' | 'pue2' | 'pue3';
  readonly cooling: readonly CutMeter[];
  /** A place of cooling that no meter tells. */
  readonly hasOpenCooling: boolean;
  readonly renewable: readonly CutMeter[];
  readonly grid: readonly CutMeter[];
  /** All meters that are placed: those of water and heat among them. */
  readonly placed: readonly string[];
  /** Those of heat that is handed over: at the output of cooling. */
  readonly reuse: readonly string[];
}

const metersAt = (place: PowerPlace, side: 'input' | 'output', sign: 1 | -1 = 1): CutMeter[] =>
  place.meters.filter((meter) => meter.side === side).map(({ device, classPercent }) => ({ device, classPercent, sign }));

const NONE: ReadonlySet<string> = new Set();

/** Takes the meters of one level of each branch, as `reconcile` does with powers. @param fluids meters that tell no power */
export function energyCut(whole: PowerTree, fluids: ReadonlySet<string> = NONE): EnergyCut {
  const tree = withoutFluids(whole, fluids);
  const plan = new PowerTreePlan(tree);
  const sources = tree.places.filter(({ kind }) => isSource(kind));
  const cooling = tree.places.filter(({ kind }) => kind === 'cooling');
  const coolingMeters = cooling.flatMap((place) => metersAt(place, 'input'));
  const it = itOf(plan, plan.roots);
  const counts = besideCounts(plan.supply, (source) => metersAt(source, 'output').length > 0);
  const roots = counts === 'within' ? plan.roots.filter((root) => !plan.supply.beside.includes(root)) : plan.roots;
  return {
    facility: sources.length === 0 || counts === 'open' ? null : allOf(roots.map((root) => facilityOf(plan, root))),
    it: it.length === 0 ? null : allOf(it.map((own) => own?.meters ?? null)),
    category: it.reduce<EnergyCut['category']>((lowest, own) => (own !== null && own.category < lowest ? own.category : lowest), 'pue3'),
    cooling: coolingMeters,
    hasOpenCooling: cooling.some((place) => metersAt(place, 'input').length === 0),
    renewable: sources.filter(({ kind }) => kind === 'solar').flatMap((place) => metersAt(place, 'output')),
    grid: sources.filter(({ kind }) => kind === 'utility').flatMap((place) => metersAt(place, 'output')),
    placed: whole.places.flatMap(({ meters }) => meters.map(({ device }) => device)),
    reuse: whole.places
      .filter(({ kind }) => kind === 'cooling')
      .flatMap(({ meters }) => meters.flatMap(({ device, side }) => (side === 'output' ? device : []))),
  };
}

function allOf(parts: readonly (readonly CutMeter[] | null)[]): readonly CutMeter[] | null {
  const all = parts.flatMap((part) => part ?? []);
  return parts.includes(null) || all.length === 0 ? null : all;
}

function facilityOf(plan: PowerTreePlan, place: PowerPlace): readonly CutMeter[] | null {
  if (place.parent === null && !isSource(place.kind) && !isBesideIt(place.kind)) return null;
  const own = metersAt(place, isSource(place.kind) ? 'output' : 'input');
  if (own.length > 0) return own;
  if (place.kind === 'transformer' || place.kind === 'ups') return null;
  const output = metersAt(place, 'output');
  if (output.length > 0) return output;
  const below = plan.below(place);
  return below.length === 0 ? null : allOf(below.map((child) => facilityOf(plan, child)));
}

interface ItCut {
  readonly meters: readonly CutMeter[];
  readonly category: EnergyCut['category'];
}

/** Of each branch of the IT the meters nearest to the equipment that tell all of it; null for one that is metered nowhere. */
function itOf(plan: PowerTreePlan, places: readonly PowerPlace[]): (ItCut | null)[] {
  return places.flatMap((place): (ItCut | null)[] => {
    if (isBesideIt(place.kind)) return [];
    const below = plan.below(place);
    if (isEquipment(place.kind)) {
      const meters = metersAt(place, 'input');
      return [meters.length > 0 ? { meters, category: 'pue3' } : null];
    }
    const lower = itOf(plan, below);
    if (lower.length > 0 && !lower.includes(null)) return lower;
    if (isSource(place.kind)) return lower;
    const meters = metersAt(place, place.kind === 'rack' ? 'input' : 'output');
    const others = meters.length === 0 ? null : besideBelow(plan, place);
    if (others === null) return lower.length > 0 ? lower : [null];
    const category = place.kind === 'ups' || place.kind === 'transformer' ? 'pue1' : 'pue2';
    return [{ meters: [...meters, ...others], category }];
  });
}

/** What is fed beside the IT below a place, to be taken off; null = some of it is not metered. */
function besideBelow(plan: PowerTreePlan, place: PowerPlace): readonly CutMeter[] | null {
  const all: CutMeter[] = [];
  for (const child of plan.below(place)) {
    const own = isBesideIt(child.kind) ? metersAt(child, 'input', -1) : besideBelow(plan, child);
    if (own === null || (isBesideIt(child.kind) && own.length === 0)) return null;
    all.push(...own);
  }
  return all;
}
