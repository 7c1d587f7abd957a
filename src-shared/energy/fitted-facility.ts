import { WHOLE_FACILITY, type PowerFit } from '../model/power-fit';
import type { PowerPlace } from '../model/power-tree';
import type { Facility } from '../model/settings';
import { facilityPower, type KnownLosses } from './facility';
import { fittedPower } from './power-fit';

/** The curves there are, and the weather that they are asked for. */
export interface FittedModel {
  readonly fits: readonly PowerFit[];
  readonly places: readonly PowerPlace[];
  /** Null = not known; 'mean' = that of the time each curve was made from. */
  readonly outdoorC: number | null | 'mean';
}

export const NO_FITS: FittedModel = { fits: [], places: [], outdoorC: null };

export interface ModelledFacilityPower {
  readonly totalW: number;
  /** Whose curves it is made with. */
  readonly fits: readonly string[];
  /** Whose curves do not reach so far: the settings' model stands in their place. */
  readonly outside: readonly string[];
}

/**
 * What the facility draws around an IT power: by the curve of the whole facility where one was fitted, else by those of its UPSes, PDUs
 * and cooling in place of what the settings assume of them. A part is taken from its curves only where all of that part have one.
 */
export function modelledPower(itW: number, ratedW: number, facility: Facility, model: FittedModel): ModelledFacilityPower {
  const outside: string[] = [];
  const at = (fit: PowerFit, loadW: number): number | null => {
    const power = fittedPower(fit, loadW, model.outdoorC === 'mean' ? fit.meanOutdoorC : model.outdoorC);
    if (power === null) outside.push(fit.of);
    return power;
  };
  const whole = model.fits.find(({ kind }) => kind === 'facility');
  const beyondIt = whole === undefined ? null : at(whole, itW);
  if (beyondIt !== null) return { totalW: itW + Math.max(0, beyondIt), fits: [WHOLE_FACILITY], outside };
  const used: string[] = [];
  const sum = (kind: PowerPlace['kind'], loadOf: (own: readonly PowerFit[]) => (fit: PowerFit) => number): number | undefined => {
    const places = model.places.filter((place) => place.kind === kind);
    const own = places.flatMap(({ id }) => model.fits.find((fit) => fit.of === id) ?? []);
    if (own.length === 0 || own.length < places.length) return undefined;
    const load = loadOf(own.filter(({ of }) => !hasAbove(model.places, of, kind)));
    const powers = own.map((fit) => at(fit, load(fit)));
    if (powers.includes(null)) return undefined;
    used.push(...own.map(({ of }) => of));
    return powers.reduce<number>((total, power) => total + (power ?? 0), 0);
  };
  /** Each carries of the whole what it carried on average. */
  const shared = (totalW: number) => (top: readonly PowerFit[]) => {
    const meanW = top.reduce((all, { meanLoadW }) => all + meanLoadW, 0);
    return (fit: PowerFit): number => (totalW * fit.meanLoadW) / meanW;
  };
  const pduLossW = sum('pdu', shared(itW));
  const upsLossW = sum('ups', shared(itW + (pduLossW ?? facilityPower(itW, ratedW, facility).pduLossW)));
  const coolingW = sum('cooling', () => () => itW);
  const known: KnownLosses = {
    ...(pduLossW === undefined ? {} : { pduLossW }),
    ...(upsLossW === undefined ? {} : { upsLossW }),
    ...(coolingW === undefined ? {} : { coolingW }),
  };
  return { totalW: facilityPower(itW, ratedW, facility, known).totalW, fits: used, outside };
}

/** Whether one of the same kind feeds it. */
function hasAbove(places: readonly PowerPlace[], id: string, kind: PowerPlace['kind']): boolean {
  const parentOf = (of: string): PowerPlace | undefined => {
    const parent = places.find((place) => place.id === of)?.parent ?? null;
    return places.find((place) => place.id === parent);
  };
  for (let above = parentOf(id); above !== undefined; above = parentOf(above.id)) if (above.kind === kind) return true;
  return false;
}
