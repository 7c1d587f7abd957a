import { isMetered, quantity, withheld, type Quantity } from '../model/provenance';
import {
  isBesideIt,
  isEquipment,
  isSource,
  type MeterSide,
  type PowerBasis,
  type PowerPlace,
  type PowerPlaceState,
  type PowerTree,
} from '../model/power-tree';
import type { z } from 'zod';
import { knownPower, sumOf, type KnownPower } from './meter-sum';
import { besideCounts, supplyOf, type Supply } from './power-supply';

/** What a meter says at a moment. */
export interface MeterNow {
  readonly powerW: Quantity;
  /** When it was read, on a clock that nobody sets. */
  readonly readMs: number;
}

export interface TreeReadings {
  /** Of a meter that was never heard of, too. */
  readonly meter: (device: string) => MeterNow;
  /** What a node or a device tells of itself; null = it is not known here. */
  readonly equipment: (device: string) => Quantity | null;
  /**
   * The curve that was fitted to a place: its losses by what it gives (W), or of cooling what it draws, whatever it is given; it answers
   * null beyond what it was made from. Null = there is none.
   */
  readonly curve?: (place: PowerPlace) => ((loadW: number) => number | null) | null;
  readonly nowMs: number;
}

/** A power of the IT that is metered above the equipment: what it carries beyond the equipment that tells its own. */
export interface MeteredIt {
  readonly place: PowerPlace;
  readonly totalW: KnownPower;
  /** Equipment below it that tells its own power, by the devices linked to it. */
  readonly devices: readonly string[];
  /** The same beyond those. */
  readonly restW: Quantity;
  /** PUE category of the place it is metered at (ISO/IEC 30134-2). */
  readonly category: 1 | 2 | 3;
}

export interface TreePowers {
  readonly places: readonly PowerPlaceState[];
  /** What comes in, over one level; null = the tree does not tell it all. */
  readonly facility: KnownPower | null;
  /** The meters that it is the sum of. */
  readonly facilityMeters: readonly string[];
  /** A fitted curve is in it. */
  readonly hasFit: boolean;
  /** Places that keep it from being known; none where there is no source. */
  readonly open: readonly string[];
  /** Where the IT is metered above the equipment. */
  readonly it: readonly MeteredIt[];
}

type Basis = z.infer<typeof PowerBasis>;

interface Drawn {
  readonly known: KnownPower;
  readonly basis: Basis;
}

/** Of these only a meter at the input tells what they draw: they lose power between their sides. */
const isLossy = ({ kind }: PowerPlace): boolean => kind === 'transformer' || kind === 'ups';

/** The tree in the order in which it is added up; to be made anew when it was edited. */
export class PowerTreePlan {
  readonly children = new Map<string | null, PowerPlace[]>();
  readonly supply: Supply;

  constructor(readonly tree: PowerTree) {
    for (const place of tree.places) {
      const own = this.children.get(place.parent);
      if (own) own.push(place);
      else this.children.set(place.parent, [place]);
    }
    this.supply = supplyOf(this.roots, (source) => this.below(source).length > 0);
  }

  below(place: PowerPlace): readonly PowerPlace[] {
    return this.children.get(place.id) ?? [];
  }

  /** All places at the top. */
  get roots(): readonly PowerPlace[] {
    return this.children.get(null) ?? [];
  }
}

/**
 * Adds up the tree at one moment. Each sum is made of one level: a place's own meter goes before what it feeds, so that nothing counts
 * twice. What its meter tells and nothing below it does is unexplained.
 */
export function reconcile(plan: PowerTreePlan, readings: TreeReadings): TreePowers {
  const sums = new TreeSums(plan, readings);
  const found: FacilityParts = { parts: [], meters: [], open: [], hasFit: false };
  const hasSource = sums.closeAll(found);
  const { parts, meters, open, hasFit } = found;
  const isKnown = hasSource && open.length === 0 && (meters.length > 0 || hasFit);
  const it: MeteredIt[] = [];
  for (const root of plan.roots) sums.findIt(root, it);
  return {
    places: plan.tree.places.map((place) => sums.stateOf(place)),
    facility: isKnown ? sumOf(parts) : null,
    // A curve is no meter: what it is summed with does not correct the bill.
    facilityMeters: isKnown && !hasFit ? meters : [],
    hasFit: isKnown && hasFit,
    open,
    it,
  };
}

interface FacilityParts {
  readonly parts: KnownPower[];
  readonly meters: string[];
  readonly open: string[];
  hasFit: boolean;
}

class TreeSums {
  private readonly drawn = new Map<string, Drawn | null>();

  constructor(
    private readonly plan: PowerTreePlan,
    private readonly readings: TreeReadings,
  ) {}

  /** What the meters at one side tell; null = none stands there. */
  side({ meters }: PowerPlace, side: MeterSide): KnownPower | null {
    const own = meters.filter((meter) => meter.side === side);
    if (own.length === 0) return null;
    return sumOf(
      own.map(({ device, classPercent }) => {
        const { powerW, readMs } = this.readings.meter(device);
        return knownPower(powerW, device, readMs, powerW.value === null ? null : (Math.abs(powerW.value) * classPercent) / 100);
      }),
    );
  }

  /** What a place draws, or as a source gives; null = nothing tells it. */
  drawnBy(place: PowerPlace): Drawn | null {
    const cached = this.drawn.get(place.id);
    if (cached !== undefined) return cached;
    const found = this.find(place);
    this.drawn.set(place.id, found);
    return found;
  }

  private find(place: PowerPlace): Drawn | null {
    const metered = this.side(place, isSource(place.kind) ? 'output' : 'input');
    if (metered) return { known: metered, basis: 'meter' };
    if (place.device !== null) {
      const own = this.readings.equipment(place.device);
      if (own) return { known: knownPower(own, place.device, this.readings.nowMs, null), basis: 'equipment' };
    }
    const fitted = this.fittedInput(place);
    if (fitted) return { known: fitted, basis: 'fit' };
    if (isLossy(place)) return null;
    if (place.kind === 'pdu') {
      const output = this.side(place, 'output');
      if (output) return { known: output, basis: 'meter' };
    }
    const fed = this.fedBy(place).known;
    return fed.length === 0 ? null : { known: sumOf(fed), basis: 'children' };
  }

  /** What goes in by the curve: what comes out, and what is lost by it. */
  private fittedInput(place: PowerPlace): KnownPower | null {
    const curve = this.readings.curve?.(place) ?? null;
    if (curve === null) return null;
    const isCooling = isBesideIt(place.kind);
    const load = isCooling ? null : this.givenBy(place);
    if (!isCooling && load === null) return null;
    if (load !== null && load.powerW.value === null) return load;
    const fittedW = curve(load?.powerW.value ?? 0);
    if (fittedW === null) return null;
    const own = knownPower(quantity(fittedW, 'W', 'modelled'), place.id, this.readings.nowMs, null);
    return load === null ? own : sumOf([load, own]);
  }

  /** All that comes out of a place, by its own meter or by what it feeds; null = some of it is not known. */
  private givenBy(place: PowerPlace): KnownPower | null {
    const output = this.side(place, 'output');
    if (output) return output;
    const { known, unmetered } = this.fedBy(place);
    return known.length === 0 || unmetered.length > 0 ? null : sumOf(known);
  }

  /** What a place feeds, and what of that is not known. */
  private fedBy(place: PowerPlace): { readonly known: KnownPower[]; readonly unmetered: string[] } {
    const known: KnownPower[] = [];
    const unmetered: string[] = [];
    for (const child of this.plan.below(place)) {
      const own = this.drawnBy(child) ?? this.through(child);
      if (own === null) unmetered.push(child.id);
      else known.push(own.known);
      if (own?.basis === 'children') unmetered.push(...this.fedBy(child).unmetered);
    }
    return { known, unmetered };
  }

  /** Of one that loses power, and whose input is not metered: what comes out of it, which is less than goes in. */
  private through(place: PowerPlace): Drawn | null {
    if (!isLossy(place)) return null;
    const output = this.side(place, 'output');
    if (output) return { known: output, basis: 'children' };
    const { known } = this.fedBy(place);
    return known.length === 0 ? null : { known: sumOf(known), basis: 'children' };
  }

  /** Adds up what comes in; false = the tree has no source. */
  closeAll(found: FacilityParts): boolean {
    const { feeding, beside } = this.plan.supply;
    if (feeding.length + beside.length === 0) return false;
    const counts = besideCounts(this.plan.supply, (source) => this.drawnBy(source)?.basis === 'meter');
    for (const root of this.plan.roots) {
      if (!beside.includes(root) || counts === 'adds') this.close(root, found);
      else if (counts === 'open') found.open.push(root.id);
    }
    return true;
  }

  /** What a place gives, of sources that feed together the sum; null = it is not told, or not who feeds what. */
  private upperOf(place: PowerPlace, output: KnownPower | null): KnownPower | null {
    const drawn = this.drawnBy(place);
    const own = output ?? (drawn?.basis === 'children' ? null : (drawn?.known ?? null));
    const { feeding, beside } = this.plan.supply;
    if (own === null || beside.length === 0 || !feeding.includes(place)) return own;
    const others = beside.map((source) => this.drawnBy(source)?.known ?? null);
    if (feeding.length > 1 || others.includes(null)) return null;
    return sumOf([own, ...others.filter((known) => known !== null)]);
  }

  /** Adds what a place draws to the facility's parts, from as high up as it is metered. */
  close(place: PowerPlace, found: FacilityParts): void {
    const { parts, meters, open } = found;
    const isLoose = place.parent === null && !isSource(place.kind) && !isBesideIt(place.kind);
    if (isLoose) {
      // It hangs on nothing that is known: what feeds it may be counted elsewhere.
      open.push(place.id);
      return;
    }
    const drawn = this.drawnBy(place);
    if (drawn !== null && drawn.basis !== 'children') {
      parts.push(drawn.known);
      if (drawn.basis === 'meter') meters.push(...metersAt(place));
      if (drawn.basis === 'fit') found.hasFit = true;
      return;
    }
    const below = this.plan.below(place);
    if (below.length === 0 || isLossy(place)) open.push(place.id);
    else for (const child of below) this.close(child, found);
  }

  /** Finds where the IT is metered: as near to the equipment as all of it is told by meters, else above it. */
  findIt(place: PowerPlace, found: MeteredIt[]): void {
    if (isBesideIt(place.kind)) return;
    const below = this.plan.below(place);
    if (isEquipment(place.kind)) {
      const own = this.side(place, 'input');
      // Of equipment that is known here the meter is that of the whole node, and counts there.
      if (own && place.device === null) found.push({ place, totalW: own, devices: [], restW: own.powerW, category: 3 });
      return;
    }
    const lower: MeteredIt[] = [];
    for (const child of below) this.findIt(child, lower);
    const own = place.kind === 'rack' ? this.side(place, 'input') : isSource(place.kind) ? null : this.side(place, 'output');
    const isTold = below.length > 0 && below.every((child) => isBesideIt(child.kind) || this.isToldByMeters(child));
    const total = own === null || isTold ? null : this.withoutOthers(place, own);
    if (total === null) {
      found.push(...lower);
      return;
    }
    const devices: string[] = [];
    const parts: KnownPower[] = [];
    this.equipmentBelow(place, devices, parts);
    const rest = sumOf([total, ...parts], [1, ...parts.map(() => -1)]);
    found.push({
      place,
      totalW: total,
      devices,
      restW: restOf(rest, total, parts),
      category: place.kind === 'ups' || place.kind === 'transformer' ? 1 : 2,
    });
  }

  /** Whether all the IT below is told by meters, its own or of the equipment. */
  private isToldByMeters(place: PowerPlace): boolean {
    if (isEquipment(place.kind)) {
      const drawn = this.drawnBy(place);
      return drawn !== null && isMetered(drawn.known.powerW.provenance);
    }
    if (this.side(place, place.kind === 'rack' ? 'input' : 'output')) return true;
    const below = this.plan.below(place);
    return below.length > 0 && below.every((child) => isBesideIt(child.kind) || this.isToldByMeters(child));
  }

  /** Less what is fed beside the IT; null = that is not known. */
  private withoutOthers(place: PowerPlace, own: KnownPower): KnownPower | null {
    const others: KnownPower[] = [];
    const visit = (at: PowerPlace): boolean =>
      this.plan.below(at).every((child) => {
        if (!isBesideIt(child.kind)) return visit(child);
        const drawn = this.drawnBy(child);
        if (drawn !== null) others.push(drawn.known);
        return drawn !== null;
      });
    if (!visit(place)) return null;
    return others.length === 0 ? own : sumOf([own, ...others], [1, ...others.map(() => -1)]);
  }

  private equipmentBelow(place: PowerPlace, devices: string[], parts: KnownPower[]): void {
    for (const child of this.plan.below(place)) {
      if (child.device === null) {
        this.equipmentBelow(child, devices, parts);
        continue;
      }
      const own = this.readings.equipment(child.device);
      if (own === null) continue;
      devices.push(child.device);
      parts.push(knownPower(own, child.device, this.readings.nowMs, null));
    }
  }

  /** Its curve does not reach to what it carries now. */
  private isOutside(place: PowerPlace): boolean {
    return this.drawnBy(place) === null && this.byCurve(place).fittedW?.withheld === 'out-of-range';
  }

  /** What the curve makes of the present load, beside what the meters tell of the same. */
  private byCurve(place: PowerPlace): Pick<PowerPlaceState, 'fittedW' | 'toldW'> {
    const curve = this.readings.curve?.(place) ?? null;
    if (curve === null) return { fittedW: null, toldW: null };
    const input = this.side(place, 'input');
    if (isBesideIt(place.kind)) return { fittedW: fromCurve(curve(0)), toldW: input?.powerW ?? null };
    const load = this.givenBy(place);
    const loadW = load?.powerW.value ?? null;
    const fittedW = loadW === null ? withheld('W', load?.powerW.withheld ?? 'no-sensor', 'modelled') : fromCurve(curve(loadW));
    return { fittedW, toldW: input === null || load === null ? null : sumOf([input, load], [1, -1]).powerW };
  }

  stateOf(place: PowerPlace): PowerPlaceState {
    const drawn = this.drawnBy(place);
    const input = isSource(place.kind) ? null : drawn;
    const output = this.side(place, 'output');
    const { known, unmetered } = this.fedBy(place);
    const fed = known.length === 0 ? null : sumOf(known);
    const upper = this.upperOf(place, output);
    const left = upper === null || fed === null ? null : sumOf([upper, fed], [1, -1]);
    const silent = new Set([...(drawn?.known.silent ?? []), ...(output?.silent ?? []), ...(left?.silent ?? [])]);
    return {
      id: place.id,
      inputW: input?.known.powerW ?? withheld('W', this.isOutside(place) ? 'out-of-range' : 'no-sensor'),
      outputW: output?.powerW ?? null,
      basis: drawn?.basis ?? null,
      fedW: fed?.powerW ?? null,
      unexplainedW: left?.powerW ?? null,
      allowedW: left?.allowedW ?? null,
      holdsLosses: output === null && (isLossy(place) || place.kind === 'pdu'),
      ...this.byCurve(place),
      unmetered,
      silent: [...silent],
    };
  }
}

const fromCurve = (watts: number | null): Quantity =>
  watts === null ? withheld('W', 'out-of-range', 'modelled') : quantity(watts, 'W', 'modelled');

/** What tells what a place draws. */
function metersAt(place: PowerPlace): string[] {
  const side = isSource(place.kind) ? 'output' : 'input';
  const own = place.meters.filter((meter) => meter.side === side);
  return (own.length > 0 ? own : place.meters).map(({ device }) => device);
}

/** Beyond what the equipment tells. A little less than nothing is a meter that lags, or a model that is not exact. */
function restOf(rest: KnownPower, total: KnownPower, parts: readonly KnownPower[]): Quantity {
  const { value, provenance } = rest.powerW;
  if (value === null || value >= 0) return rest.powerW;
  const isAllMetered = parts.every(({ powerW }) => isMetered(powerW.provenance));
  const slackW = 0.1 * Math.abs(total.powerW.value ?? 0);
  return isAllMetered && value < -slackW ? withheld('W', 'inconsistent-meters', provenance) : quantity(0, 'W', provenance);
}
