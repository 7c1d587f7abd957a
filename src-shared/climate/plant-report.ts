import type { PlantReport } from '../model/cooling-plant';
import { quantity, withheld, worstProvenance, type Provenance, type Quantity, type Withheld } from '../model/provenance';
import type { Facility } from '../model/settings';
import { waterHeat } from './indices';
import { atOutdoor, isFreeByWeather, modelledPlant, RESTING_SHARE } from './plant';

/** What one source told by slots of equal length. */
export interface PlantCourse {
  readonly provenance: Provenance;
  readonly values: ReadonlyMap<number, number>;
}

export interface PlantReportInput {
  /** From the first slot to before the last. */
  readonly slots: readonly [from: number, to: number];
  readonly slotMs: number;
  readonly windowMs: number;
  readonly facility: Facility;
  readonly ratedW: number | null;
  /** Heat meters, all to be added; none = there is none. */
  readonly heat: readonly PlantCourse[];
  readonly isHeatUnclear: boolean;
  readonly flow: PlantCourse | null;
  readonly waterSupply: PlantCourse | null;
  readonly waterReturn: PlantCourse | null;
  /** Null = some of it is not metered. */
  readonly power: readonly PlantCourse[] | null;
  readonly chillerPower: readonly PlantCourse[];
  /** Of chillers, 1 = it runs. */
  readonly running: readonly PlantCourse[];
  readonly it: PlantCourse | null;
  readonly outdoorC: (slot: number) => number | null;
}

interface Sums {
  heatJ: number;
  heatSlots: number;
  powerJ: number;
  powerSlots: number;
  bothHeatJ: number;
  bothPowerJ: number;
  bothSlots: number;
  chillerHeatJ: number;
  chillerJ: number;
  chillerSlots: number;
  freeSlots: number;
  freeKnown: number;
  freeJ: number;
}

const HOUR_MS = 3_600_000;
const J_PER_KWH = 3.6e6;
const LEAST_COVERAGE = 0.5;

/** The plant over a period: energies over the slots in which they are known, ratios over those that know both. */
export function plantReport(input: PlantReportInput): PlantReport {
  const { slots, slotMs, windowMs } = input;
  const sums: Sums = {
    heatJ: 0,
    heatSlots: 0,
    powerJ: 0,
    powerSlots: 0,
    bothHeatJ: 0,
    bothPowerJ: 0,
    bothSlots: 0,
    chillerHeatJ: 0,
    chillerJ: 0,
    chillerSlots: 0,
    freeSlots: 0,
    freeKnown: 0,
    freeJ: 0,
  };
  for (let slot = slots[0]; slot < slots[1]; slot++) addSlot(input, slot, slotMs / 1000, sums);
  const count = Math.max(1, slots[1] - slots[0]);
  const heat = heatSource(input);
  const power = input.power === null ? input.it : input.power;
  const powerProvenance = provenanceOf(input.power ?? [input.it], input.power === null ? 'modelled' : 'derived');
  const figure = (value: number, unit: string, known: number, provenance: Provenance, why: Withheld | null = null): Quantity => {
    const coverage = Math.min(1, known / count);
    const reason = why ?? (known === 0 ? 'no-samples' : coverage < LEAST_COVERAGE ? 'low-coverage' : null);
    return reason === null
      ? { ...quantity(value, unit, provenance, windowMs), coverage }
      : { ...withheld(unit, reason, provenance), coverage };
  };
  const both = worstProvenance([heat.provenance, powerProvenance]);
  const noPower = power === null ? 'no-sensor' : null;
  const free = freeSource(input);
  const ratioOf = (above: number, below: number, known: number, provenance: Provenance, why: Withheld | null): Quantity =>
    figure(above / below, '1', known, provenance, why ?? (known > 0 && below <= 0 ? 'it-load-near-zero' : null));
  return {
    heatKwh: figure(sums.heatJ / J_PER_KWH, 'kWh', sums.heatSlots, heat.provenance, heat.why),
    heatBasis: heat.basis,
    powerKwh: figure(sums.powerJ / J_PER_KWH, 'kWh', sums.powerSlots, powerProvenance, noPower),
    powerBasis: input.power !== null ? 'meters' : input.it === null ? null : 'model',
    cop: ratioOf(sums.bothHeatJ, sums.bothPowerJ, sums.bothSlots, both, heat.why ?? noPower),
    chillerCop:
      input.chillerPower.length === 0
        ? withheld('1', 'no-sensor')
        : sums.chillerSlots > 0 && sums.chillerJ < RESTING_SHARE * sums.chillerHeatJ
          ? withheld('1', 'compressors-rest')
          : ratioOf(
              sums.chillerHeatJ,
              sums.chillerJ,
              sums.chillerSlots,
              worstProvenance([heat.provenance, provenanceOf(input.chillerPower, 'derived')]),
              heat.why,
            ),
    freeHours: figure((sums.freeSlots * slotMs) / HOUR_MS, 'h', sums.freeKnown, free.provenance, free.why),
    freeShare: figure(sums.freeSlots / Math.max(1, sums.freeKnown), '1', sums.freeKnown, free.provenance, free.why),
    freeKwh: figure(
      sums.freeJ / J_PER_KWH,
      'kWh',
      Math.min(sums.freeKnown, sums.heatSlots),
      worstProvenance([free.provenance, heat.provenance]),
      free.why ?? heat.why,
    ),
    freeBasis: free.basis,
  };
}

function addSlot(input: PlantReportInput, slot: number, seconds: number, sums: Sums): void {
  const outdoorC = input.outdoorC(slot);
  const itW = input.it?.values.get(slot) ?? null;
  const model = itW === null || input.ratedW === null ? null : modelledPlant(itW, input.ratedW, atOutdoor(input.facility, outdoorC));
  const heatW = heatAt(input, slot, model?.heatW ?? null);
  const powerW = input.power === null ? (model?.powerW ?? null) : sumAt(input.power, slot);
  const chillerW = input.chillerPower.length === 0 ? null : sumAt(input.chillerPower, slot);
  if (heatW !== null) {
    sums.heatJ += heatW * seconds;
    sums.heatSlots += 1;
  }
  if (powerW !== null) {
    sums.powerJ += powerW * seconds;
    sums.powerSlots += 1;
  }
  if (heatW !== null && powerW !== null) {
    sums.bothHeatJ += heatW * seconds;
    sums.bothPowerJ += powerW * seconds;
    sums.bothSlots += 1;
  }
  if (heatW !== null && chillerW !== null) {
    sums.chillerHeatJ += heatW * seconds;
    sums.chillerJ += chillerW * seconds;
    sums.chillerSlots += 1;
  }
  const isFree = freeAt(input, slot, heatW, chillerW, outdoorC);
  if (isFree === null) return;
  sums.freeKnown += 1;
  if (!isFree) return;
  sums.freeSlots += 1;
  sums.freeJ += (heatW ?? 0) * seconds;
}

function heatAt(input: PlantReportInput, slot: number, modelledW: number | null): number | null {
  if (input.isHeatUnclear) return null;
  if (input.heat.length > 0) return sumAt(input.heat, slot);
  const { flow, waterSupply, waterReturn } = input;
  if (flow === null || waterSupply === null || waterReturn === null) return modelledW;
  const [flowNow, supplyC, returnC] = [flow, waterSupply, waterReturn].map(({ values }) => values.get(slot));
  return flowNow === undefined || supplyC === undefined || returnC === undefined ? null : waterHeat(flowNow, returnC - supplyC);
}

function freeAt(
  input: PlantReportInput,
  slot: number,
  heatW: number | null,
  chillerW: number | null,
  outdoorC: number | null,
): boolean | null {
  if (input.running.length > 0) {
    const states = input.running.map(({ values }) => values.get(slot));
    return states.includes(undefined) ? null : states.every((running) => (running ?? 0) < 0.5);
  }
  if (input.chillerPower.length > 0) return heatW === null || chillerW === null ? null : chillerW < RESTING_SHARE * heatW;
  return isFreeByWeather(input.facility, outdoorC, input.waterSupply?.values.get(slot) ?? null);
}

/** Of all, or null where one is silent. */
function sumAt(courses: readonly PlantCourse[], slot: number): number | null {
  let sum = 0;
  for (const { values } of courses) {
    const value = values.get(slot);
    if (value === undefined) return null;
    sum += value;
  }
  return courses.length === 0 ? null : sum;
}

const provenanceOf = (courses: readonly (PlantCourse | null)[], least: Provenance): Provenance =>
  worstProvenance([least, ...courses.flatMap((course) => course?.provenance ?? [])]);

interface Source<B> {
  readonly basis: B | null;
  readonly provenance: Provenance;
  readonly why: Withheld | null;
}

function heatSource(input: PlantReportInput): Source<NonNullable<PlantReport['heatBasis']>> {
  const { heat, flow, waterSupply, waterReturn, it } = input;
  if (input.isHeatUnclear) return { basis: 'heat-meter', provenance: 'derived', why: 'ambiguous-meters' };
  if (heat.length > 0) return { basis: 'heat-meter', provenance: provenanceOf(heat, 'derived'), why: null };
  if (flow !== null && waterSupply !== null && waterReturn !== null)
    return { basis: 'water', provenance: provenanceOf([flow, waterSupply, waterReturn], 'derived'), why: null };
  return { basis: it === null ? null : 'it', provenance: provenanceOf([it], 'modelled'), why: it === null ? 'no-sensor' : null };
}

function freeSource(input: PlantReportInput): Source<NonNullable<PlantReport['freeBasis']>> {
  if (input.running.length > 0) return { basis: 'state', provenance: provenanceOf(input.running, 'derived'), why: null };
  if (input.chillerPower.length > 0) return { basis: 'power', provenance: provenanceOf(input.chillerPower, 'derived'), why: null };
  const isTold = input.facility.cooling.mode === 'outdoor';
  return { basis: isTold ? 'weather' : null, provenance: 'modelled', why: isTold ? null : 'no-sensor' };
}
