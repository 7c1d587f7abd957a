import { WHOLE_FACILITY, type PowerFitKind } from '../model/power-fit';
import type { PowerPlace, PowerTree } from '../model/power-tree';
import { message, type KeyedMessage } from '../text/message';
import { energyCut } from './energy-cut';
import { PowerTreePlan } from './power-tree';

/** What a curve can be fitted to. */
export interface FitTarget {
  readonly of: string;
  readonly kind: PowerFitKind;
  readonly name: string;
  /** Meters of what goes in or is drawn. */
  readonly above: readonly string[];
  /** Meters of what comes out, or nodes that tell their own power; of all but losses none: the load is the IT's power. */
  readonly below: readonly string[];
}

interface FitTargets {
  readonly targets: readonly FitTarget[];
  readonly without: readonly (Pick<FitTarget, 'of' | 'kind' | 'name'> & { readonly why: KeyedMessage })[];
}

/** @param branches feeds that count beside the tree as branches of the supply */
export function fitTargets(tree: PowerTree, branches: readonly string[]): FitTargets {
  const plan = new PowerTreePlan(tree);
  const targets: FitTarget[] = [];
  const without: FitTargets['without'][number][] = [];
  for (const place of tree.places) {
    const { id: of, name } = place;
    const above = metersAt(place, 'input');
    if (place.kind === 'cooling') {
      if (above.length > 0) targets.push({ of, kind: 'cooling', name, above, below: [] });
      else without.push({ of, kind: 'cooling', name, why: message('message.fit.noInput') });
      continue;
    }
    const isLossy = place.kind === 'ups' || place.kind === 'transformer';
    if (!isLossy && place.kind !== 'pdu') continue;
    const below = outputOf(plan, place);
    if (above.length > 0 && below !== null) targets.push({ of, kind: 'loss', name, above, below });
    else if (isLossy || above.length > 0)
      without.push({ of, kind: 'loss', name, why: message(above.length > 0 ? 'message.fit.noOutput' : 'message.fit.noInput') });
  }
  const facility = energyCut(tree).facility?.map(({ device }) => device) ?? [];
  const above = [...facility, ...branches];
  if (above.length > 0) targets.push({ of: WHOLE_FACILITY, kind: 'facility', name: '', above, below: [] });
  return { targets, without };
}

const metersAt = (place: PowerPlace, side: 'input' | 'output'): string[] =>
  place.meters.filter((meter) => meter.side === side).map(({ device }) => device);

/** The meters of all that a place gives, over one level; null = some of it is not metered. */
function outputOf(plan: PowerTreePlan, place: PowerPlace): string[] | null {
  const own = metersAt(place, 'output');
  if (own.length > 0) return own;
  const below = plan.below(place);
  if (below.length === 0) return null;
  const all: string[] = [];
  for (const child of below) {
    const input = metersAt(child, 'input');
    const isLossy = child.kind === 'ups' || child.kind === 'transformer' || child.kind === 'pdu';
    const meters = input.length > 0 ? input : isLossy ? null : child.device !== null ? [child.device] : outputOf(plan, child);
    if (meters === null) return null;
    all.push(...meters);
  }
  return all;
}
