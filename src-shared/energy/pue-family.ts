import type { EnergyAnswer, PueCategory } from '../model/energy';
import { isMetered, quantity, withheld, worstProvenance, type Provenance, type Quantity, type Withheld } from '../model/provenance';
import type { PueBasis, PueFamily, PueFigures } from '../model/pue';
import type { CutMeter, EnergyCut } from './energy-cut';
import { J_PER_KWH } from './units';

/** Of less than this share of a stretch a figure would speak for the hours that happen to be known: it is withheld. */
export const PUE_MIN_COVERAGE = 0.9;

/** What a meter measured, by stretches; columns as long as there are stretches. */
export interface MeterSums {
  readonly device: string;
  readonly flow: 'import' | 'export' | 'heat' | 'volume';
  readonly amount: readonly number[];
  readonly knownMs: readonly number[];
}

/** A part of a stretch in which one tree held, with what is known of just that part. */
export interface FamilyPiece {
  /** By accounts; `at` is which of its stretches. */
  readonly ledger: EnergyAnswer;
  readonly at: number;
  readonly cut: EnergyCut;
  readonly meters: readonly MeterSums[];
  readonly meterAt: number;
}

export interface FamilyInput {
  /** By accounts. */
  readonly ledger: EnergyAnswer;
  /** By the tree of now. */
  readonly cut: EnergyCut;
  readonly meters: readonly MeterSums[];
  /** The parts of a stretch; default: one, of the tree of now. */
  readonly pieces?: (at: number) => readonly FamilyPiece[];
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
    switches: switchesOf(stretches),
    itMeters: (cut.it ?? []).map(({ device }) => device),
    facilityMeters: (cut.facility ?? []).map(({ device }) => device),
    provenance: worstProvenance(['derived', ...stretches.map(({ pue }) => pue.provenance)]),
  };
}

/** Where the way in which the PUE is known changes. */
function switchesOf(stretches: readonly PueFigures[]): PueFamily['switches'] {
  const known = stretches.filter(({ pue }) => pue.value !== null);
  return known.flatMap((own, i) => {
    const before = known[i - 1];
    return before === undefined || basisOf(before) === basisOf(own) ? [] : [{ atMs: own.fromMs, to: basisOf(own) }];
  });
}

const basisOf = ({ isMetered: metered, category }: PueFigures): PueBasis => (metered ? (category ?? 'part') : 'modelled');

/** Energies of one piece. */
interface PieceEnergies {
  readonly spanMs: number;
  readonly facility: Energy;
  readonly it: Energy;
  readonly itShare: number | null;
  readonly category: PueCategory;
  readonly isWhole: boolean;
  readonly isFacilityMetered: boolean;
  /** Null = there is none, or not all of it is metered. */
  readonly cooling: Energy | null;
  readonly grid: Energy;
  readonly renewable: Energy | null;
  readonly water: Energy;
  readonly heat: Energy;
  readonly model: Energy;
}

function figuresOf(input: FamilyInput, at: number): PueFigures {
  const { ledger, gridKgPerKwh, untilMs } = input;
  const pieces = input.pieces?.(at) ?? [{ ledger, at, cut: input.cut, meters: input.meters, meterAt: at }];
  const all = pieces.map((piece) => energiesOf(piece, input)).filter(({ spanMs }) => spanMs > 0);
  // Before there was a ledger nothing can be known: a stretch goes from its beginning.
  const fromMs = Math.max(ledger.edgesMs[at] ?? 0, Math.min(ledger.sinceMs ?? 0, ledger.edgesMs[at + 1] ?? 0));
  const toMs = Math.min(ledger.edgesMs[at + 1] ?? fromMs, untilMs);
  const spanMs = Math.max(0, toMs - fromMs);
  const sum = (of: (piece: PieceEnergies) => Energy): Energy => together(all, of, spanMs);
  const [facility, it] = [sum((piece) => piece.facility), sum((piece) => piece.it)];
  const nearZero = it.joules !== null && it.joules * 1000 < NEAR_ZERO_W * spanMs;
  const ratio = (above: Energy, unit = '1', factor = 1): Quantity => quotient(above, it, unit, factor, spanMs, nearZero);
  const pue = checked(ratio(facility));
  const relative =
    pue.value === null || facility.u === null || it.u === null || !facility.joules || !it.joules
      ? null
      : Math.hypot(facility.u / facility.joules, it.u / it.joules);
  const isFacilityMetered = all.length > 0 && all.every((piece) => piece.isFacilityMetered);
  const isWhole = all.length > 0 && all.every((piece) => piece.isWhole);
  const category = all.reduce<PueCategory>((lowest, own) => (own.category < lowest ? own.category : lowest), 'pue3');
  const itShare = shareOf(all);
  const model = isFacilityMetered
    ? kwhOf(
        sum((piece) => piece.model),
        spanMs,
      )
    : withheld('kWh', 'no-sensor', 'modelled');
  const optional = (of: (piece: PieceEnergies) => Energy | null): Energy | null =>
    all.length === 0 || all.some((piece) => of(piece) === null) ? null : sum((piece) => of(piece) ?? NOTHING);
  const [cooling, renewable] = [optional((piece) => piece.cooling), optional((piece) => piece.renewable)];
  return {
    fromMs,
    toMs,
    pue,
    uncertainty: relative === null ? null : K * relative * (pue.value ?? 0),
    category: isWhole && pue.value !== null && pue.provenance !== 'simulated' ? category : null,
    meteredItShare: itShare,
    isMetered: isFacilityMetered,
    facilityKwh: kwhOf(facility, spanMs),
    itKwh: kwhOf(it, spanMs),
    modelKwh: model,
    modelError: model.value === null || !facility.joules ? null : (model.value * J_PER_KWH) / facility.joules - 1,
    dcie: pue.value === null ? pue : { ...pue, value: 1 / pue.value },
    coolingPue: cooling === null ? withheld('1', 'no-sensor') : ratio(plus(it, cooling)),
    cue: ratio(
      sum((piece) => piece.grid),
      'kg/kWh',
      gridKgPerKwh,
    ),
    wue: quotient(
      sum((piece) => piece.water),
      it,
      'L/kWh',
      LITRES * J_PER_KWH,
      spanMs,
      nearZero,
    ),
    ref: renewable === null ? withheld('1', 'no-sensor') : quotient(renewable, facility, '1', 1, spanMs, false),
    erf: quotient(
      sum((piece) => piece.heat),
      facility,
      '1',
      1,
      spanMs,
      false,
    ),
    missing: [...new Set([...facility.missing, ...it.missing])],
  };
}

function energiesOf({ ledger, at, cut, meters, meterAt }: FamilyPiece, { modelW, untilMs }: FamilyInput): PieceEnergies {
  const fromMs = Math.max(ledger.edgesMs[at] ?? 0, Math.min(ledger.sinceMs ?? 0, ledger.edgesMs[at + 1] ?? 0));
  const spanMs = Math.max(0, Math.min(ledger.edgesMs[at + 1] ?? fromMs, untilMs) - fromMs);
  const own = (of: readonly CutMeter[]): Energy => energyOf(meters, of, meterAt, spanMs);
  const byMeters = cut.facility === null ? null : own(cut.facility);
  const itByMeters = cut.it === null ? null : own(cut.it);
  const booked = ledgerOf(ledger, at, spanMs);
  const isByMeters = byMeters !== null && byMeters.joules !== null;
  const facility = isByMeters ? byMeters : withMissing(booked.facility, byMeters);
  const isItByMeters = itByMeters !== null && itByMeters.joules !== null;
  const it = isItByMeters ? itByMeters : withMissing(booked.it, itByMeters);
  const itShare = isItByMeters ? 1 : booked.meteredItShare;
  return {
    spanMs,
    facility,
    it,
    itShare,
    category: isItByMeters ? cut.category : 'pue3',
    isWhole: (itShare ?? 0) >= METERED && (isByMeters || booked.isMetered),
    isFacilityMetered: isByMeters || booked.isMetered,
    cooling: cut.cooling.length === 0 || cut.hasOpenCooling ? null : own(cut.cooling),
    grid: cut.grid.length > 0 && isByMeters ? inwardOf(meters, cut.grid, meterAt, spanMs) : facility,
    renewable: cut.renewable.length === 0 ? null : usedOnSite(own(cut.renewable), exportOf(meters, cut.grid, meterAt), facility),
    water: flowOf(waterMeters(meters, cut), meterAt, spanMs),
    heat: flowOf(reuseMeters(meters, cut), meterAt, spanMs),
    model: modelOf(modelW, it, facility, spanMs),
  };
}

const NOTHING: Energy = { joules: null, why: 'no-sensor', coverage: 0, provenance: 'derived', u: null, missing: [] };

/** The pieces of a stretch as one: what is not known of them withholds it where it is too much of the stretch. */
function together(all: readonly PieceEnergies[], of: (piece: PieceEnergies) => Energy, spanMs: number): Energy {
  const [only] = all;
  if (only === undefined) return { ...NOTHING, why: 'no-samples' };
  if (all.length === 1) return of(only);
  let [joules, knownMs, coveredMs] = [0, 0, 0];
  let u: number | null = 0;
  let why: Withheld | null = null;
  for (const piece of all) {
    const own = of(piece);
    coveredMs += own.coverage * piece.spanMs;
    if (own.joules === null) {
      why ??= own.why;
      continue;
    }
    joules += own.joules;
    knownMs += piece.spanMs;
    // The same meter is off the same way in each of them.
    u = u === null || own.u === null ? null : u + own.u;
  }
  const isKnown = knownMs >= PUE_MIN_COVERAGE * spanMs && knownMs > 0;
  return {
    joules: isKnown ? joules : null,
    why: isKnown ? null : knownMs > 0 ? 'low-coverage' : why,
    coverage: spanMs > 0 ? Math.min(1, coveredMs / spanMs) : 0,
    provenance: worstProvenance(all.map((piece) => of(piece).provenance)),
    u,
    missing: all.flatMap((piece) => of(piece).missing),
  };
}

/** By the IT's energy. */
function shareOf(all: readonly PieceEnergies[]): number | null {
  const known = all.flatMap(({ it, itShare }) => (it.joules === null || itShare === null ? [] : [{ joules: it.joules, itShare }]));
  if (known.length <= 1) return all.length === 1 ? (all[0]?.itShare ?? null) : (known[0]?.itShare ?? null);
  const joules = known.reduce((sum, own) => sum + own.joules, 0);
  return joules <= 0 ? null : Math.min(1, known.reduce((sum, own) => sum + own.joules * own.itShare, 0) / joules);
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

/** What came in alone: what is given back to the grid takes nothing off what was drawn from it (ISO/IEC 30134-8 knows no credit). */
const inwardOf = (meters: readonly MeterSums[], cut: readonly CutMeter[], at: number, spanMs: number): Energy =>
  energyOf(
    meters.filter(({ flow }) => flow !== 'export'),
    cut,
    at,
    spanMs,
  );

/** Given back through these meters, J. */
const exportOf = (meters: readonly MeterSums[], cut: readonly CutMeter[], at: number): number =>
  meters
    .filter(({ device, flow }) => flow === 'export' && cut.some((own) => own.device === device))
    .reduce((sum, { amount }) => sum + (amount[at] ?? 0), 0);

/**
 * Renewable energy that the room itself used: what went out to the grid was not, and a room uses no more than it draws, so that REF is 1
 * at most (ISO/IEC 30134-3).
 */
function usedOnSite(generated: Energy, exportedJ: number, { joules: facilityJ }: Energy): Energy {
  const { joules } = generated;
  return joules === null ? generated : { ...generated, joules: Math.min(Math.max(0, joules - exportedJ), facilityJ ?? Infinity) };
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
function waterMeters(meters: readonly MeterSums[], cut: EnergyCut): readonly MeterSums[] {
  const circles = new Set(meters.flatMap(({ device, flow }) => (flow === 'heat' ? device : [])));
  return meters.filter(({ device, flow }) => flow === 'volume' && cut.placed.includes(device) && !circles.has(device));
}

/** Heat that somebody uses: what cooling removes and gives to the air is none. */
const reuseMeters = (meters: readonly MeterSums[], cut: EnergyCut): readonly MeterSums[] =>
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
function modelOf(modelW: FamilyInput['modelW'], it: Energy, facility: Energy, spanMs: number): Energy {
  const provenance = worstProvenance(['modelled', it.provenance]);
  const [itMs, facilityMs] = [it.coverage * spanMs, facility.coverage * spanMs];
  const powerW = it.joules === null || facility.joules === null || itMs <= 0 ? null : modelW((it.joules * 1000) / itMs);
  const model = { ...NOTHING, coverage: Math.min(it.coverage, facility.coverage), provenance };
  if (powerW === null) return { ...model, why: facility.why ?? it.why ?? 'no-samples' };
  return { ...model, joules: (powerW * facilityMs) / 1000, why: null };
}

function kwhOf({ joules, why, provenance, coverage }: Energy, spanMs: number): Quantity {
  if (joules === null) return { ...withheld('kWh', why ?? 'no-samples', provenance), coverage };
  return { ...quantity(joules / J_PER_KWH, 'kWh', provenance, spanMs), coverage };
}
