import type { Migration } from '../../file/migration';
import { isRecord, rewrite } from '../../file/rewrite';

/**
 * `run.energy`: each figure carries what share of the span its own meters cover, and the bill says what was allocated.
 *
 * Bills of before knew the coverage of IT power alone. Where the facility is modelled on it, theirs is the same; where a
 * meter of the facility was silent for a while, infrastructure came out too small. Below zero it shows, and is withdrawn.
 */
export const runBills: Migration = {
  version: 10,
  name: 'run bills',
  sql: '',
  run: (db) =>
    rewrite(db, 'SELECT key, energy AS json FROM run WHERE energy IS NOT NULL', 'UPDATE run SET energy = ? WHERE key = ?', renewed),
};

const figures = ['itJ', 'aboveIdleJ', 'idleJ', 'infrastructureJ', 'facilityJ', 'meanItW', 'peakItW', 'jPerSample', 'cost', 'co2eKg'];
const ofFacility = new Set(['facilityJ', 'cost', 'co2eKg']);

function renewed({ coveredMs, gapMs, leftOut, ...energy }: Record<string, unknown>): Record<string, unknown> {
  // Of this shape already, or of one that is not known here.
  if (typeof coveredMs !== 'number' || typeof gapMs !== 'number') {
    return { ...energy, ...present({ coveredMs, gapMs, leftOut }) };
  }
  const spanMs = coveredMs + gapMs;
  const coverage = spanMs > 0 ? Math.min(1, Math.max(0, coveredMs / spanMs)) : 1;
  const infrastructure = energy['infrastructureJ'];
  const wasSilent = isRecord(infrastructure) && typeof infrastructure['value'] === 'number' && infrastructure['value'] < 0;
  const quantities = figures.map((name): [string, unknown] => {
    const figure = energy[name];
    if (!isRecord(figure)) return [name, figure];
    if (wasSilent && name === 'infrastructureJ') return [name, { ...figure, value: null, windowMs: null, withheld: 'inconsistent-meters' }];
    // What the facility's meters covered is not known any more.
    if (wasSilent && ofFacility.has(name)) return [name, { ...figure, windowMs: null }];
    return [name, { ...figure, coverage }];
  });
  return { ...energy, ...Object.fromEntries(quantities), spanMs, inconsistentMs: 0, allocated: null, excludedDevices: leftOut ?? [] };
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
