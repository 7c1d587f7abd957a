import type { Facility, LossCurve } from '../model/settings';
import { kelvin } from './units';

/** Where facility power goes, W each. The sum of all but `itW` is the infrastructure. */
export interface FacilityPower {
  readonly itW: number;
  readonly pduLossW: number;
  readonly upsLossW: number;
  /** Compressors: heat / COP; 0 under full free cooling. */
  readonly coolingW: number;
  readonly fansW: number;
  readonly pumpsW: number;
  readonly fixedW: number;
  readonly totalW: number;
}

/** A compressor hardly does better than this: the Carnot share model diverges where the lift goes to zero. */
const COP_MAX = 20;

/** Loss of a module: rating × (a0 + a1·x + a2·x²) / 100, x = load / rating. All in W; `ratedW` > 0. */
export function moduleLossW(loadW: number, ratedW: number, { a0, a1, a2 }: LossCurve): number {
  const x = loadW / ratedW;
  return (ratedW * (a0 + a1 * x + a2 * x * x)) / 100;
}

/**
 * COP of a plant that reaches `fraction` of Carnot: fraction · Te / (Tc − Te), temperatures in K.
 * @returns the COP, at most 20; null = no lift left, so the compressors rest (full free cooling)
 */
export function carnotCop(fraction: number, evaporatorTempC: number, condenserTempC: number): number | null {
  const liftK = condenserTempC - evaporatorTempC;
  if (liftK <= 0) return null;
  return Math.min(COP_MAX, (fraction * kelvin(evaporatorTempC)) / liftK);
}

/** COP of the configured plant (heat moved / compressor power); null = full free cooling. */
export function plantCop(cooling: Facility['cooling']): number | null {
  if (cooling.mode === 'fixed') return cooling.cop;
  return carnotCop(cooling.carnotFraction, cooling.evaporatorTempC, cooling.outdoorDryBulbC + cooling.condenserApproachK);
}

/** What is known better than by the settings' curves, W. */
export interface KnownLosses {
  readonly pduLossW?: number;
  readonly upsLossW?: number;
  /** All of the cooling, its fans and pumps among it. */
  readonly coolingW?: number;
}

/**
 * Facility power from IT power: P = P_IT + L_UPS + L_PDU + Q/COP + fans + pumps + fixed, where Q is the IT power plus the
 * losses inside the cooled space, with those of the fans that stand in it: their heat is removed like any other. The PDUs carry
 * the IT load, the UPS carries IT load and PDU losses.
 * Loss curves after Schneider Electric White Paper 113.
 * @param itW IT power, W, ≥ 0
 * @param ratedW rated IT power of the room, W, > 0
 */
export function facilityPower(itW: number, ratedW: number, facility: Facility, known: KnownLosses = {}): FacilityPower {
  const pduLossW = known.pduLossW ?? moduleLossW(itW, ratedW, facility.pdu);
  const upsLossW = known.upsLossW ?? moduleLossW(itW + pduLossW, ratedW, facility.ups);
  const fixedW = (ratedW * facility.fixedPercent) / 100;
  const carriedW = itW + pduLossW + upsLossW + fixedW;
  if (known.coolingW !== undefined) {
    const { coolingW } = known;
    return { itW, pduLossW, upsLossW, coolingW, fansW: 0, pumpsW: 0, fixedW, totalW: carriedW + coolingW };
  }
  const fansW = (carriedW * facility.fansPercent) / 100;
  const removedW = carriedW + fansW;
  const cop = plantCop(facility.cooling);
  const coolingW = cop === null ? 0 : removedW / cop;
  const pumpsW = (removedW * facility.pumpsPercent) / 100;
  return { itW, pduLossW, upsLossW, coolingW, fansW, pumpsW, fixedW, totalW: removedW + coolingW + pumpsW };
}

/** Below this share of the rated power the ratio says more about the model's fixed losses than about the room. */
export const NEAR_ZERO_LOAD = 0.005;

/**
 * Ratio of facility to IT power at one instant. Not a PUE: ISO/IEC 30134-2 defines PUE on energy over a period.
 * @returns null when IT load is near zero (under 0.5% of `ratedW`)
 */
export function powerRatio(itW: number, facilityW: number, ratedW: number): number | null {
  return itW <= ratedW * NEAR_ZERO_LOAD ? null : facilityW / itW;
}
