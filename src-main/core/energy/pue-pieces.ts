import { energyCut, type EnergyCut } from '@shared/energy/energy-cut';
import type { FamilyPiece, MeterSums } from '@shared/energy/pue-family';
import { QUARTER_MS } from '@shared/energy/quarters';
import type { EnergyAnswer } from '@shared/model/energy';
import type { PowerTreeVersion } from '@shared/model/power-tree';
import type { StoreReader } from '../store/types';

export interface Pieces {
  readonly of: (at: number) => readonly FamilyPiece[];
  readonly meters: readonly MeterSums[];
}

/**
 * Parts the stretches where the power tree was changed, each part with the tree that held then: its meters' energies, and what the
 * ledger has of just that part.
 */
export async function piecesOf(
  ledger: EnergyAnswer,
  versions: readonly PowerTreeVersion[],
  reader: Pick<StoreReader, 'ledger' | 'meterEnergy'>,
  signal: AbortSignal,
): Promise<Pieces> {
  const [first = 0, last = 0] = [ledger.edgesMs[0], ledger.edgesMs.at(-1)];
  const held = versions.filter(({ fromMs }, i) => fromMs < last && (versions[i + 1]?.fromMs ?? Infinity) > first);
  const edgesMs = [...new Set([...ledger.edgesMs, ...held.map(({ fromMs }) => fromMs).filter((ms) => ms > first)])].sort((a, b) => a - b);
  const devices = [...new Set(held.flatMap(({ places }) => places.flatMap((place) => place.meters.map(({ device }) => device))))];
  const edges = edgesMs.map((ms) => Math.round(ms / QUARTER_MS));
  const meters = devices.length === 0 ? [] : await reader.meterEnergy.sums({ devices, edges }, signal);
  const electric = new Set(meters.flatMap(({ device, flow }) => (flow === 'import' || flow === 'export' ? device : [])));
  const fluids = new Set(meters.map(({ device }) => device).filter((device) => !electric.has(device)));
  const cuts = held.map(({ fromMs, places }): { fromMs: number; cut: EnergyCut } => ({
    fromMs,
    cut: energyCut({ revision: 0, places: [...places] }, fluids),
  }));
  const byStretch: FamilyPiece[][] = [];
  for (const [at, fromMs] of ledger.edgesMs.slice(0, -1).entries()) {
    const toMs = ledger.edgesMs[at + 1] ?? fromMs;
    const begins = edgesMs.filter((ms) => ms >= fromMs && ms < toMs);
    const own: FamilyPiece[] = [];
    for (const [i, beginMs] of begins.entries()) {
      const cut = cuts.findLast((version) => version.fromMs <= beginMs)?.cut ?? energyCut({ revision: 0, places: [] });
      const meterAt = edgesMs.indexOf(beginMs);
      if (begins.length === 1) own.push({ ledger, at, cut, meters, meterAt });
      else {
        const range = { fromMs: beginMs, toMs: begins[i + 1] ?? toMs };
        const part = await reader.ledger.energy({ ...range, by: 'accounts', step: 'total', timeZone: 'UTC', limit: 10 }, signal);
        own.push({ ledger: part, at: 0, cut, meters, meterAt });
      }
    }
    byStretch.push(own);
  }
  return { meters, of: (at) => byStretch[at] ?? [] };
}
