import { carnotCop, facilityPower, plantCop } from '../energy/facility';
import type { CoolingChange } from '../model/cooling-what-if';
import type { Facility } from '../model/settings';
import { atOutdoor } from './plant';

/** A chiller gains about this share of its COP for each kelvin that its water is warmer (2 to 3 %, vendors' rule), where its curve is not known. */
const COP_PER_KELVIN = 0.025;
/** No drive turns a fan more slowly, share of full speed; below it nothing more is saved. */
const LEAST_FAN = 0.3;
/** Rise of the chilled water, K: between it and nothing an economiser does a part. */
const WATER_RISE_K = 6;
/** Chilled water where the plant is given by its COP alone, °C. */
const USUAL_WATER_C = 12;
/** A dry cooler's water above the outdoor dry bulb, K, and what its fans draw of the heat. */
const DRY_COOLER_K = 8;
const DRY_COOLER_SHARE = 0.015;

export interface PlantWeather {
  readonly dryBulbC: number;
  readonly wetBulbC: number | null;
}

/** Electric power of the cooling by what draws it, W. */
export interface PlantPower {
  readonly compressorW: number;
  readonly fansW: number;
  readonly pumpsW: number;
  readonly totalW: number;
  /** Of what the economiser does, 0–1. */
  readonly economiserShare: number;
}

/**
 * What the cooling draws around an IT power with a change: fans by the cube of their speed (affinity laws), compressors by heat over
 * COP (a share of Carnot's, or the rule of thumb of a fixed one), an economiser by the wet bulb, liquid loops by dry coolers.
 */
export function plantPower(itW: number, ratedW: number, facility: Facility, weather: PlantWeather, change: CoolingChange): PlantPower {
  const now = atOutdoor(facility, weather.dryBulbC);
  const { pduLossW, upsLossW, fixedW } = facilityPower(itW, ratedW, now);
  const liquidW = itW * change.liquidShare;
  const airW = itW - liquidW + pduLossW + upsLossW + fixedW;
  const fansW = ((airW * facility.fansPercent) / 100) * Math.max(LEAST_FAN, change.fanSpeed) ** 3;
  const removedW = airW + fansW;
  const share = economiserShare(facility, weather, change);
  const cop = copOf(now.cooling, change.supplyK);
  const compressorW = (cop === null ? 0 : removedW / cop) * (1 - share) + liquidCompressorW(liquidW, now.cooling, weather, change);
  const pumpsW = ((removedW + liquidW) * facility.pumpsPercent) / 100 + liquidW * DRY_COOLER_SHARE;
  return { compressorW, fansW, pumpsW, totalW: compressorW + fansW + pumpsW, economiserShare: share };
}

/** Null = no lift is left. */
function copOf(cooling: Facility['cooling'], supplyK: number): number | null {
  return cooling.mode === 'fixed'
    ? cooling.cop * (1 + COP_PER_KELVIN) ** supplyK
    : plantCop({ ...cooling, evaporatorTempC: cooling.evaporatorTempC + supplyK });
}

/** All where the outdoor air cools the water to its supply, a part where it cools it at all. */
function economiserShare({ cooling }: Facility, { dryBulbC, wetBulbC }: PlantWeather, { economiserK, supplyK }: CoolingChange): number {
  if (economiserK === null) return 0;
  const supplyC = waterSupplyOf(cooling) + supplyK;
  const coldestC = (wetBulbC ?? dryBulbC) + economiserK;
  return Math.min(1, Math.max(0, (supplyC + WATER_RISE_K - coldestC) / WATER_RISE_K));
}

export const waterSupplyOf = (cooling: Facility['cooling']): number =>
  cooling.mode === 'outdoor' ? cooling.evaporatorTempC : USUAL_WATER_C;

/** Compressors help the loops only where a dry cooler does not reach their temperature. */
function liquidCompressorW(
  heatW: number,
  cooling: Facility['cooling'],
  { dryBulbC }: PlantWeather,
  { liquidSupplyC }: CoolingChange,
): number {
  const coldestC = dryBulbC + DRY_COOLER_K;
  if (heatW === 0 || coldestC <= liquidSupplyC) return 0;
  const share = Math.min(1, (coldestC - liquidSupplyC) / WATER_RISE_K);
  const cop =
    cooling.mode === 'fixed'
      ? cooling.cop * (1 + COP_PER_KELVIN) ** (liquidSupplyC - USUAL_WATER_C)
      : carnotCop(cooling.carnotFraction, liquidSupplyC, dryBulbC + cooling.condenserApproachK);
  return cop === null ? 0 : (heatW * share) / cop;
}

/** Whether a dry cooler alone keeps the loops at their temperature. */
export const isLiquidFree = ({ dryBulbC }: PlantWeather, { liquidSupplyC }: CoolingChange): boolean =>
  dryBulbC + DRY_COOLER_K <= liquidSupplyC;
