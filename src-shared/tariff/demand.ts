import type { Bands } from './bands';
import type { LoadInterval } from './load';
import { MINUTE_MS, type LocalClock } from './local-clock';
import type { DemandCharge, Tariff } from './tariff';

/** A fixed window of the clock, and the mean power in it. */
export interface DemandWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** Mean power drawn, kW; what is delivered counts as nothing. Null = some of the window is not known. */
  readonly kw: number | null;
  readonly band: string | null;
}

/** Time that may be missing in a window that counts as whole, ms: clocks of loggers tick beside the second. */
const TOLERATED_MS = 1_000;

/**
 * The load cut into windows of the local clock, in order. On a day whose clock is changed they go on in even steps and bear the local
 * time that is shown then. A window that is not known whole never sets a peak.
 * @param load in order and without overlap
 */
export function demandWindows(
  load: readonly LoadInterval[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  charge: Pick<DemandCharge, 'windowMinutes'>,
  rule: Tariff['demandBand'],
  clock: LocalClock,
  bands: Bands,
): DemandWindow[] {
  const sizeMs = charge.windowMinutes * MINUTE_MS;
  const offsetMs = clock.offsetMs(fromMs);
  const startOf = (atMs: number): number => Math.floor((atMs + offsetMs) / sizeMs) * sizeMs - offsetMs;
  const first = startOf(fromMs);
  const count = Math.ceil((toMs - first) / sizeMs);
  const energy = new Float64Array(count);
  const known = new Float64Array(count);
  for (const interval of load) {
    if (interval.toMs <= first || interval.fromMs >= toMs) continue;
    const lengthMs = interval.toMs - interval.fromMs;
    for (let i = Math.max(0, Math.floor((interval.fromMs - first) / sizeMs)); i < count; i++) {
      const windowMs = first + i * sizeMs;
      if (windowMs >= interval.toMs) break;
      const partMs = Math.min(interval.toMs, windowMs + sizeMs) - Math.max(interval.fromMs, windowMs);
      energy[i] = (energy[i] ?? 0) + (Math.max(0, interval.kwh) * partMs) / lengthMs;
      known[i] = (known[i] ?? 0) + partMs;
    }
  }
  return Array.from({ length: count }, (_, i): DemandWindow => {
    const from = first + i * sizeMs;
    const isWhole = (known[i] ?? 0) >= sizeMs - TOLERATED_MS && from >= fromMs && from + sizeMs <= toMs;
    const kw = isWhole ? Number((((energy[i] ?? 0) * 3_600_000) / (known[i] ?? sizeMs)).toPrecision(12)) : null;
    return { fromMs: from, toMs: from + sizeMs, kw, band: rule === 'start' ? bands.at(from) : bands.within(from, from + sizeMs) };
  });
}

/** The highest of the windows that count for a charge; the earliest of equals. Null = none is known. */
export function peakOf(windows: readonly DemandWindow[], { bands }: Pick<DemandCharge, 'bands'>): DemandWindow | null {
  let peak: DemandWindow | null = null;
  for (const window of windows) {
    if (window.kw === null || (bands !== undefined && (window.band === null || !bands.includes(window.band)))) continue;
    if (peak === null || window.kw > (peak.kw ?? 0)) peak = window;
  }
  return peak;
}
