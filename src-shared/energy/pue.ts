import type { EnergyAnswer, Pue, PueCategory } from '../model/energy';
import { quantity, withheld, worstProvenance, type Provenance, type Quantity } from '../model/provenance';

/** Of less than this share of the period a ratio would speak for the hours that happen to be known: it is withheld. */
export const PUE_MIN_COVERAGE = 0.9;
/** So much of the energy has to be metered for a ratio to be one of the standard's: rounding, and nothing modelled. */
const METERED = 0.999;

/**
 * PUE of a period: E_facility / E_IT over the time in which both are known (ISO/IEC 30134-2; of less than twelve months it is
 * an interim PUE). A category of the standard is claimed only where everything is metered: its IT side is then metered at the
 * equipment (PUE3).
 * @param answer by accounts, of one stretch
 * @param spanMs how long the period is, as far as it lies in the past
 */
export function pueOf(answer: EnergyAnswer, spanMs: number): Pick<Pue, 'ratio' | 'category' | 'meteredItShare'> {
  const row = answer.rows.find(({ key }) => key === 'infrastructure');
  const it = answer.rows.filter(({ key }) => key !== 'infrastructure');
  const itJ = it.reduce((sum, { joules }) => sum + (joules[0] ?? 0), 0);
  const meteredJ = it.reduce((sum, own) => sum + (own.meteredJ[0] ?? 0), 0);
  const meteredItShare = itJ > 0 ? Math.min(1, meteredJ / itJ) : null;
  const provenance = worstProvenance(['derived', ...answer.rows.map((own) => own.provenance)]);
  const [infrastructureJ, coveredItJ, knownMs] = [row?.joules[0] ?? null, row?.itJ[0] ?? 0, row?.knownMs[0] ?? 0];
  const isMetered =
    meteredItShare !== null &&
    meteredItShare >= METERED &&
    infrastructureJ !== null &&
    (row?.meteredJ[0] ?? 0) >= infrastructureJ * METERED;
  const category: PueCategory | null = isMetered && provenance !== 'simulated' ? 'pue3' : null;
  return { ratio: ratioOf(infrastructureJ, coveredItJ, knownMs, spanMs, provenance), category, meteredItShare };
}

function ratioOf(infrastructureJ: number | null, itJ: number, knownMs: number, spanMs: number, provenance: Provenance): Quantity {
  if (infrastructureJ === null || spanMs <= 0) return withheld('1', 'no-samples', provenance);
  const coverage = Math.min(1, knownMs / spanMs);
  if (coverage < PUE_MIN_COVERAGE) return { ...withheld('1', 'low-coverage', provenance), coverage };
  if (itJ <= 0) return { ...withheld('1', 'it-load-near-zero', provenance), coverage };
  return { ...quantity((itJ + infrastructureJ) / itJ, '1', provenance, knownMs), coverage };
}
