import type { EnergyAnswer } from '../model/energy';
import { isMetered, quantity, withheld, worstProvenance, type Provenance, type Quantity, type Withheld } from '../model/provenance';
import type { PueFamily, PueFigures } from '../model/pue';
import type { CutMeter, EnergyCut } from './energy-cut';
import { PUE_MIN_COVERAGE } from './pue';
import { J_PER_KWH } from './units';

/** What a meter measured, by stretches; columns as long as there are stretches. */
export interface MeterSums {
  readonly device: string;
  readonly flow: 'import' | 'export' | 'heat' | 'volume';
  readonly amount: readonly number[];
  readonly knownMs: readonly number[];
}

export interface FamilyInput {
  /** By accounts. */
  readonly ledger: EnergyAnswer;
  readonly cut: EnergyCut;
  readonly meters: readonly MeterSums[];
  readonly gridKgPerKwh: number;
  /** Facility power that the model makes of an IT power, W; null = it cannot be said. */
  readonly modelW: (itW: number) => number | null;
  /** Up to when anything can be known: now. */
  readonly untilMs: number;
}

/** An energy over a stretch. */
interface Energy {
  readonly joules: number | null;
  readonly why: Withheld | null;
  readonly coverage: number;
  readonly provenance: Provenance;
  /** Standard uncertainty, J; null = it is not that of meters alone. */
  readonly u: number | null;
  readonly missing: readonly string[];
}

/** The classes of meters are limits: half the width of a rectangular distribution, √3 standard uncertainties. */
const LIMIT_TO_STANDARD = 1 / Math.sqrt(3);
/** Expanded uncertainty: about 95 %. */
const K = 2;
/** Below so much the IT is off, and a ratio to it says nothing. W on average */
const NEAR_ZERO_W = 1;
const METERED = 0.999;
const LITRES = 1000;

/** The PUE and what belongs to it, for each stretch of the ledger's answer. Energies of meters go before the ledger's. */
export function pueFamily(input: FamilyInput): PueFamily {
  const { ledger, cut } = input;
  const stretches = ledger.edgesMs.slice(0, -1).map((_, at) => figuresOf(input, at));
  const first = stretches.findIndex(({ isMetered: metered, pue }) => metered && pue.value !== null);
  const wasModelled = stretches.slice(0, Math.max(0, first)).some(({ pue, isMetered: metered }) => pue.value !== null && !metered);
  return {
    stretches,
    meteredFromMs: first > 0 && wasModelled ? (stretches[first]?.fromMs ?? null) : null,
    itMeters: (cut.it ?? []).map(({ device }) => device),
    facilityMeters: (cut.facility ?? []).map(({ device }) => device),
    provenance: worstProvenance(['derived', ...stretches.map(({ pue }) => pue.provenance)]),
  };
}

function figuresOf(input: FamilyInput, at: number): PueFigures {
  const { ledger, cut, gridKgPerKwh, untilMs } = input;
  // Before there was a ledger nothing can be known: a stretch goes from its beginning.
  const fromMs = Math.max(ledger.edgesMs[at] ?? 0, Math.min(ledger.sinceMs ?? 0, ledger.edgesMs[at + 1] ?? 0));
  const toMs = Math.min(ledger.edgesMs[at + 1] ?? fromMs, untilMs);
  const spanMs = Math.max(0, toMs - fromMs);
  const own = (meters: readonly CutMeter[]): Energy => energyOf(input.meters, meters, at, spanMs);
  const byMeters = cut.facility === null ? null : own(cut.facility);
  const itByMeters = cut.it === null ? null : own(cut.it);
  const booked = ledgerOf(ledger, at, spanMs);
  const isByMeters = byMeters !== null && byMeters.joules !== null;
  const facility = isByMeters ? byMeters : withMissing(booked.facility, byMeters);
  const isItByMeters = itByMeters !== null && itByMeters.joules !== null;
  const it = isItByMeters ? itByMeters : withMissing(booked.it, itByMeters);
  const itShare = isItByMeters ? 1 : booked.meteredItShare;
  const isWhole = (itShare ?? 0) >= METERED && (isByMeters || booked.isMetered);
  const nearZero = it.joules !== null && it.joules * 1000 < NEAR_ZERO_W * spanMs;
  const ratio = (above: Energy, unit = '1', factor = 1): Quantity => quotient(above, it, unit, factor, spanMs, nearZero);
  const pue = checked(ratio(facility));
  const relative =
    pue.value === null || facility.u === null || it.u === null || !facility.joules || !it.joules
      ? null
      : Math.hypot(facility.u / facility.joules, it.u / it.joules);
  const cooling = cut.cooling.length === 0 || cut.hasOpenCooling ? null : own(cut.cooling);
  const grid = cut.grid.length > 0 && isByMeters ? own(cut.grid) : facility;
  const isFacilityMetered = isByMeters || booked.isMetered;
  const model = isFacilityMetered ? modelOf(input, it, facility, spanMs) : withheld('kWh', 'no-sensor', 'modelled');
  return {
    fromMs,
    toMs,
    pue,
    uncertainty: relative === null ? null : K * relative * (pue.value ?? 0),
    category: isWhole && pue.value !== null && pue.provenance !== 'simulated' ? (isItByMeters ? cut.category : 'pue3') : null,
    meteredItShare: itShare,
    isMetered: isFacilityMetered,
    facilityKwh: kwhOf(facility, spanMs),
    itKwh: kwhOf(it, spanMs),
    modelKwh: model,
    modelError: model.value === null || !facility.joules ? null : (model.value * J_PER_KWH) / facility.joules - 1,
    dcie: pue.value === null ? pue : { ...pue, value: 1 / pue.value },
    coolingPue: cooling === null ? withheld('1', 'no-sensor') : ratio(plus(it, cooling)),
    cue: ratio(grid, 'kg/kWh', gridKgPerKwh),
    wue: quotient(flowOf(waterMeters(input), at, spanMs), it, 'L/kWh', LITRES * J_PER_KWH, spanMs, nearZero),
    ref: cut.renewable.length === 0 ? withheld('1', 'no-sensor') : quotient(own(cut.renewable), facility, '1', 1, spanMs, false),
    erf: quotient(flowOf(reuseMeters(input), at, spanMs), facility, '1', 1, spanMs, false),
    missing: [...new Set([...facility.missing, ...it.missing])],
  };
}

/** Meters together; one that lacks too much of the stretch withholds it, and is named. */
function energyOf(meters: readonly MeterSums[], cut: readonly CutMeter[], at: number, spanMs: number): Energy {
  let [joules, variance, coverage] = [0, 0, 1];
  const missing: string[] = [];
  for (const { device, classPercent, sign } of cut) {
    const [inward, back] = (['import', 'export'] as const).map((flow) => meters.find((own) => own.device === device && own.flow === flow));
    const covered = spanMs > 0 ? Math.min(1, (inward?.knownMs[at] ?? 0) / spanMs) : 0;
    coverage = Math.min(coverage, covered);
    if (covered < PUE_MIN_COVERAGE) missing.push(device);
    const own = (inward?.amount[at] ?? 0) - (back?.amount[at] ?? 0);
    joules += sign * own;
    variance += (own * (classPercent / 100) * LIMIT_TO_STANDARD) ** 2;
  }
  const why = missing.length > 0 ? (coverage > 0 ? 'low-coverage' : 'no-samples') : null;
  return { joules: why === null ? joules : null, why, coverage, provenance: 'derived', u: Math.sqrt(variance), missing };
}

function ledgerOf(ledger: EnergyAnswer, at: number, spanMs: number) {
  const row = ledger.rows.find(({ key }) => key === 'infrastructure');
  const itRows = ledger.rows.filter(({ key }) => key !== 'infrastructure');
  const sum = (of: 'joules' | 'meteredJ'): number => itRows.reduce((total, own) => total + (own[of][at] ?? 0), 0);
  const [infrastructureJ, itJ] = [row?.joules[at] ?? null, row?.itJ[at] ?? 0];
  const coverage = spanMs > 0 ? Math.min(1, (row?.knownMs[at] ?? 0) / spanMs) : 0;
  const why: Withheld | null =
    infrastructureJ === null || coverage === 0 ? 'no-samples' : coverage < PUE_MIN_COVERAGE ? 'low-coverage' : null;
  const energy = (joules: number, provenance: Provenance): Energy => ({
    joules: why === null ? joules : null,
    why,
    coverage,
    provenance,
    u: null,
    missing: [],
  });
  const provenance = worstProvenance(['derived', row?.provenance ?? 'derived']);
  return {
    facility: energy(itJ + (infrastructureJ ?? 0), provenance),
    it: energy(itJ, worstProvenance(['derived', ...itRows.map((own) => own.provenance)])),
    meteredItShare: sum('joules') > 0 ? Math.min(1, sum('meteredJ') / sum('joules')) : null,
    isMetered: infrastructureJ !== null && isMetered(provenance) && (row?.meteredJ[at] ?? 0) >= infrastructureJ * METERED,
  };
}

/** The ledger's in place of meters that do not tell it. */
function withMissing(energy: Energy, meters: Energy | null): Energy {
  return meters === null ? energy : { ...energy, missing: meters.missing };
}

/** Water that is used up. A heat meter's volume is that of water that runs in circles. */
function waterMeters({ meters, cut }: FamilyInput): readonly MeterSums[] {
  const circles = new Set(meters.flatMap(({ device, flow }) => (flow === 'heat' ? device : [])));
  return meters.filter(({ device, flow }) => flow === 'volume' && cut.placed.includes(device) && !circles.has(device));
}

/** Heat that somebody uses: what cooling removes and gives to the air is none. */
const reuseMeters = ({ meters, cut }: FamilyInput): readonly MeterSums[] =>
  meters.filter(({ device, flow }) => flow === 'heat' && cut.reuse.includes(device));

/** What these meters tell together. */
function flowOf(own: readonly MeterSums[], at: number, spanMs: number): Energy {
  const coverage = own.length === 0 || spanMs <= 0 ? 0 : Math.min(...own.map(({ knownMs }) => Math.min(1, (knownMs[at] ?? 0) / spanMs)));
  const why = own.length === 0 ? 'no-sensor' : coverage < PUE_MIN_COVERAGE ? 'low-coverage' : null;
  const joules = why === null ? own.reduce((sum, { amount }) => sum + (amount[at] ?? 0), 0) : null;
  return { joules, why, coverage, provenance: 'derived', u: null, missing: [] };
}

function plus(a: Energy, b: Energy): Energy {
  const joules = a.joules === null || b.joules === null ? null : a.joules + b.joules;
  return {
    ...a,
    joules,
    why: a.why ?? b.why,
    coverage: Math.min(a.coverage, b.coverage),
    provenance: worstProvenance([a.provenance, b.provenance]),
  };
}

function quotient(above: Energy, below: Energy, unit: string, factor: number, spanMs: number, nearZero: boolean): Quantity {
  const provenance = worstProvenance(['derived', above.provenance, below.provenance]);
  const coverage = Math.min(above.coverage, below.coverage);
  const why = above.why ?? below.why ?? (nearZero || !below.joules ? 'it-load-near-zero' : null);
  if (why !== null || above.joules === null || below.joules === null)
    return { ...withheld(unit, why ?? 'no-samples', provenance), coverage };
  return { ...quantity((above.joules / below.joules) * factor, unit, provenance, spanMs), coverage };
}

/** A facility that draws less than the IT it feeds is none: the meters contradict each other. */
function checked(pue: Quantity): Quantity {
  return pue.value !== null && pue.value < 1
    ? { ...withheld('1', 'inconsistent-meters', pue.provenance), coverage: pue.coverage ?? 1 }
    : pue;
}

/** The model at the mean IT power, over as much of the stretch as the facility's meters tell. */
function modelOf({ modelW }: FamilyInput, it: Energy, facility: Energy, spanMs: number): Quantity {
  const provenance = worstProvenance(['modelled', it.provenance]);
  const [itMs, facilityMs] = [it.coverage * spanMs, facility.coverage * spanMs];
  const powerW = it.joules === null || facility.joules === null || itMs <= 0 ? null : modelW((it.joules * 1000) / itMs);
  if (powerW === null) return withheld('kWh', facility.why ?? it.why ?? 'no-samples', provenance);
  return quantity((powerW * facilityMs) / 1000 / J_PER_KWH, 'kWh', provenance, spanMs);
}

function kwhOf({ joules, why, provenance, coverage }: Energy, spanMs: number): Quantity {
  if (joules === null) return { ...withheld('kWh', why ?? 'no-samples', provenance), coverage };
  return { ...quantity(joules / J_PER_KWH, 'kWh', provenance, spanMs), coverage };
}
