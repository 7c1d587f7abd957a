import type { BillLine, PriceList } from '../model/price-list';
import { provenances, withheld, worstProvenance, type Quantity, type Withheld } from '../model/provenance';
import type { RunEnergy } from '../model/run';
import { billLines, type Pricing, type QuarterRow } from './bill';
import { addTo, emptySum, type EnergySum } from './booking';
import { overSpan, perUnit } from './coverage';

/** Two samples further apart than this leave a gap. Sampling is at 1 s; one lost tick is bridged, two are not. */
export const RUN_MAX_GAP_MS = 2500;

/** What was booked to a run in one quarter. */
export interface RunQuarter {
  /** Number of the quarter: ms since the epoch / QUARTER_MS. */
  readonly quarter: number;
  readonly own: EnergySum;
  /** Its share of the infrastructure (Booked.shares); null = the facility is not known of any of that time. */
  readonly share: EnergySum | null;
}

export interface BillRequest {
  readonly quarters: readonly RunQuarter[];
  /** From the start to the end, or to now, ms; of it, time in which nothing was metered: no core ran, the machine slept. */
  readonly spanMs: number;
  readonly gapMs: number;
  /** In the order in which they were made. */
  readonly lists: readonly PriceList[];
  /** The most that the run was seen to draw, W; null = not known. */
  readonly peakItW: number | null;
  /** Training samples the run has processed so far. */
  readonly samplesSeen: number;
  /** No more will be booked. */
  readonly final: boolean;
  /** Other runs on the node at the same time. */
  readonly runsBeside: readonly string[];
  readonly excludedDevices: readonly string[];
  readonly pricing?: Pricing;
}

/** A run's part of the room in one quarter. */
interface Part extends QuarterRow {
  readonly itJ: number;
  readonly infrastructureJ: number;
  /** Time of the run's devices in it, and the part of this that both the IT and the facility are known of, ms. */
  readonly timeMs: number;
  readonly coveredMs: number;
  /** Others had a part of the infrastructure too. */
  readonly isShared: boolean;
}

/**
 * The bill of a run: what the ledger booked to it, with its share of the infrastructure, at the prices of each quarter. What the
 * ledger does not know is in no sum: it lowers the coverage.
 */
export function runBill(request: BillRequest): RunEnergy {
  const { quarters, spanMs, gapMs, lists, final, excludedDevices, runsBeside } = request;
  const own = emptySum();
  for (const quarter of quarters) addTo(own, quarter.own);
  const parts = quarters.map(partOf);
  const sum = (of: (part: Part) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const meteredMs = Math.max(0, spanMs - gapMs);
  const timeMs = own.knownMs + own.unknownMs;
  const covered = (knownMs: number): number => (timeMs > 0 ? (knownMs / timeMs) * meteredMs : 0);
  const itMs = covered(own.knownMs);
  const facilityMs = Math.min(itMs, covered(sum((part) => part.coveredMs)));
  const itProvenance = worstProvenance(['derived', provenances[own.provenance] ?? 'derived']);
  const roomProvenances = quarters.flatMap(({ share }) => provenances[share?.provenance ?? 0] ?? []);
  const facilityProvenance = worstProvenance([itProvenance, ...roomProvenances]);
  const ofIt = (value: number, unit: string): Quantity => overSpan(value, unit, itProvenance, itMs, spanMs);
  const ofFacility = (value: number, unit: string): Quantity => overSpan(value, unit, facilityProvenance, facilityMs, spanMs);
  const lines = billLines(parts, lists, request.pricing);
  const last = lines.at(-1) ?? lists.at(-1);
  const itJ = ofIt(own.joules, 'J');
  const meanItW = itMs > 0 ? own.joules / (itMs / 1000) : 0;
  return {
    basis: 'ledger',
    itJ,
    infrastructureJ: ofFacility(
      sum((part) => part.infrastructureJ),
      'J',
    ),
    facilityJ: ofFacility(
      sum((part) => part.energyJ),
      'J',
    ),
    meanItW: ofIt(meanItW, 'W'),
    // A tick tells of its whole second: of a run that had a part of it, less than the run drew meanwhile.
    peakItW: request.peakItW === null ? withheld('W', 'no-samples', itProvenance) : ofIt(Math.max(request.peakItW, meanItW), 'W'),
    jPerSample: perUnit(itJ, request.samplesSeen),
    cost: costOf(lines, (value, unit) => ofFacility(value, unit), last?.currency ?? null),
    co2eKg:
      last === undefined
        ? withheld('kg', 'no-price')
        : ofFacility(
            lines.reduce((total, line) => total + line.co2eKg, 0),
            'kg',
          ),
    spanMs,
    inconsistentMs: 0,
    allocated: allocationOf(own, parts, runsBeside),
    excludedDevices: [...excludedDevices].sort(),
    pricePerKwh: last?.pricePerKwh ?? 0,
    currency: last?.currency ?? '',
    gridKgPerKwh: last?.gridKgPerKwh ?? 0,
    lines,
    final,
  };
}

function partOf({ quarter, own, share }: RunQuarter): Part {
  const infrastructureJ = share?.joules ?? 0;
  return {
    quarter,
    itJ: own.joules,
    infrastructureJ,
    // Of the IT only what lies in the time of which the facility is known too, so that the sum speaks for one time.
    energyJ: (share?.itJ ?? 0) + infrastructureJ,
    timeMs: own.knownMs + own.unknownMs,
    coveredMs: share?.knownMs ?? 0,
    isShared: share?.allocated ?? false,
  };
}

function allocationOf(own: EnergySum, parts: readonly Part[], runsBeside: readonly string[]): RunEnergy['allocated'] {
  const ofRoom = parts.some(({ infrastructureJ, isShared }) => isShared && infrastructureJ !== 0);
  return own.allocated || ofRoom ? { runs: [...runsBeside].sort(), ofRoom, byUse: own.allocated } : null;
}

/** Amounts of two currencies make no sum. */
function costOf(lines: readonly BillLine[], ofFacility: (value: number, unit: string) => Quantity, currency: string | null): Quantity {
  if (currency === null) return withheld('', 'no-price');
  if (new Set(lines.map((line) => line.currency)).size > 1) return withheld(currency, 'several-currencies');
  return ofFacility(
    lines.reduce((total, line) => total + line.cost, 0),
    currency,
  );
}

/** A bill without a figure, for a run that no meter here tells of. */
export function withheldBill(list: PriceList | null, reason: Withheld, spanMs: number, final: boolean): RunEnergy {
  const none = (unit: string): Quantity => withheld(unit, reason);
  const { pricePerKwh = 0, currency = '', gridKgPerKwh = 0 } = list ?? {};
  return {
    basis: 'ledger',
    itJ: none('J'),
    infrastructureJ: none('J'),
    facilityJ: none('J'),
    meanItW: none('W'),
    peakItW: none('W'),
    jPerSample: none('J'),
    cost: none(currency),
    co2eKg: none('kg'),
    spanMs,
    inconsistentMs: 0,
    allocated: null,
    excludedDevices: [],
    pricePerKwh,
    currency,
    gridKgPerKwh,
    lines: [],
    final,
  };
}
