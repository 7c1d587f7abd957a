import { PUE_MIN_COVERAGE, type MeterSums } from '@shared/energy/pue-family';
import { fittedPower } from '@shared/energy/power-fit';
import { PowerTreePlan, reconcile } from '@shared/energy/power-tree';
import { QUARTER_MS } from '@shared/energy/quarters';
import { nodeOf } from '@shared/model/device-tree';
import type { EnergyRow } from '@shared/model/energy';
import type { PowerFits } from '@shared/model/power-fit';
import { withoutFluids, type PowerPlace, type PowerTree, type PowerTreeVersion } from '@shared/model/power-tree';
import type { PowerTreeOver } from '@shared/model/power-tree-over';
import { quantity, withheld, worstProvenance, type Quantity } from '@shared/model/provenance';
import type { TimeRange } from '@shared/model/time-range';
import type { StoreReader } from '../store/types';

interface OverSources {
  readonly reader: Pick<StoreReader, 'ledger' | 'meterEnergy'>;
  readonly powerTree: { readonly current: PowerTree; readonly versions: readonly PowerTreeVersion[] };
  readonly powerFits: { readonly current: PowerFits };
}

/** Rows of one answer: no room has more devices. */
const ALL = 10_000;

/**
 * The power tree over a time: what its meters and the ledger booked, as mean powers, added up as at a moment. What lacks too much of
 * the time is withheld. Of a time in which the tree was changed it is the part since then: no one picture is of two trees.
 */
export async function treeOver(asked: TimeRange, nowMs: number, of: OverSources, signal: AbortSignal): Promise<PowerTreeOver> {
  const { reader, powerTree, powerFits } = of;
  const tree = powerTree.current;
  const changedMs = lastChange(powerTree.versions);
  const endMs = Math.min(asked.toMs, nowMs);
  const beginMs = Math.floor(Math.min(Math.max(asked.fromMs, changedMs), endMs - 1) / QUARTER_MS) * QUARTER_MS;
  const ledger = await reader.ledger.energy(
    { by: 'devices', fromMs: beginMs, toMs: endMs, step: 'total', timeZone: 'UTC', limit: ALL },
    signal,
  );
  const fromMs = Math.max(beginMs, Math.min(ledger.sinceMs ?? beginMs, endMs));
  // The ledger is stored in bits: what it does not have yet is no gap.
  const toMs = Math.max(fromMs, Math.min(endMs, ledger.untilMs ?? endMs));
  const devices = [...new Set(tree.places.flatMap(({ meters }) => meters.map(({ device }) => device)))];
  const edges = [Math.floor(beginMs / QUARTER_MS), Math.ceil(endMs / QUARTER_MS)];
  const sums = devices.length === 0 ? [] : await reader.meterEnergy.sums({ devices, edges }, signal);
  const electric = new Set(sums.filter(({ flow }) => flow === 'import' || flow === 'export').map(({ device }) => device));
  const fluids = new Set(sums.map(({ device }) => device).filter((device) => !electric.has(device)));
  const spanMs = toMs - fromMs;
  const byMeter = new Map(devices.map((device) => [device, meanOf(sums, device, spanMs)]));
  const equipment = (device: string): Quantity | null => {
    const isOwn = ({ key }: EnergyRow): boolean =>
      nodeOf(key) === device || (nodeOf(key) !== null && (key === device || key.startsWith(`${device}/`)));
    return bookedMean(ledger.rows.filter(isOwn), spanMs);
  };
  const itW = bookedMean(
    ledger.rows.filter(({ key }) => nodeOf(key) !== null || key.startsWith('room/it/')),
    spanMs,
  )?.value;
  const { fits } = powerFits.current;
  const powers = reconcile(new PowerTreePlan(withoutFluids(tree, fluids)), {
    nowMs: 0,
    meter: (device) => ({ powerW: byMeter.get(device) ?? withheld('W', 'no-samples', 'derived'), readMs: 0 }),
    equipment,
    curve: ({ id }) => {
      const fit = fits.find((own) => own.of === id);
      if (fit === undefined) return null;
      return (loadW) => {
        const x = fit.kind === 'loss' ? loadW : (itW ?? null);
        return x === null ? null : fittedPower(fit, x, fit.meanOutdoorC);
      };
    },
  });
  return {
    fromMs,
    toMs,
    sinceChange: changedMs > asked.fromMs && fromMs === beginMs,
    tree,
    places: [...powers.places],
    missing: devices.filter((device) => !fluids.has(device) && byMeter.get(device)?.value === null),
  };
}

/** What makes two trees tell the same: names and classes aside. */
const shapeOf = (places: readonly PowerPlace[]): string =>
  JSON.stringify(
    places
      .map(({ id, kind, parent, device, meters }) => [id, kind, parent, device, meters.map((own) => `${own.device} ${own.side}`).sort()])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );

/** Since when the tree is what it is now. */
function lastChange(versions: readonly PowerTreeVersion[]): number {
  const now = shapeOf(versions.at(-1)?.places ?? []);
  const before = versions.findLastIndex(({ places }) => shapeOf(places) !== now);
  return versions[before + 1]?.fromMs ?? 0;
}

/** What a meter measured on average; what flowed back counts against it. */
function meanOf(sums: readonly MeterSums[], device: string, spanMs: number): Quantity {
  const [inward, back] = (['import', 'export'] as const).map((flow) => sums.find((own) => own.device === device && own.flow === flow));
  const knownMs = inward?.knownMs[0] ?? 0;
  if (knownMs <= 0 || spanMs <= 0) return withheld('W', 'no-samples', 'derived');
  if (knownMs < PUE_MIN_COVERAGE * spanMs) return withheld('W', 'low-coverage', 'derived');
  return quantity((((inward?.amount[0] ?? 0) - (back?.amount[0] ?? 0)) * 1000) / knownMs, 'W', 'derived', spanMs);
}

/** What the ledger has of equipment, on average over the time in which it was metered at all; null = it is not in the ledger. */
function bookedMean(rows: readonly EnergyRow[], spanMs: number): Quantity | null {
  if (rows.length === 0) return null;
  const provenance = worstProvenance(['derived', ...rows.map((row) => row.provenance)]);
  const knownMs = Math.max(...rows.map((row) => row.knownMs[0] ?? 0));
  if (knownMs <= 0 || spanMs <= 0) return withheld('W', 'no-samples', provenance);
  if (knownMs < PUE_MIN_COVERAGE * spanMs) return withheld('W', 'low-coverage', provenance);
  return quantity((rows.reduce((sum, { joules }) => sum + (joules[0] ?? 0), 0) * 1000) / knownMs, 'W', provenance, spanMs);
}
