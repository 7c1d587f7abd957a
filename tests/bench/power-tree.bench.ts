import { PowerTreePlan, reconcile } from '../../src-shared/energy/power-tree';
import { quantity } from '../../src-shared/model/provenance';
import type { PowerPlace } from '../../src-shared/model/power-tree';
import { quantile, type Row } from './figures';

/** A supply, two UPSes, four PDUs and the nodes on them, a meter at each. */
function places(nodes: number): PowerPlace[] {
  const place = (id: string, kind: PowerPlace['kind'], parent: string | null, side: 'input' | 'output'): PowerPlace => ({
    id,
    kind,
    name: id,
    parent,
    position: 0,
    device: kind === 'node' ? `node/${id}` : null,
    meters: [{ device: `sensor/${id}`, side, classPercent: 1 }],
  });
  const all = [place('grid', 'utility', null, 'output')];
  for (let u = 0; u < 2; u++) all.push(place(`ups${u}`, 'ups', 'grid', 'output'));
  for (let p = 0; p < 4; p++) all.push(place(`pdu${p}`, 'pdu', `ups${p % 2}`, 'output'));
  for (let n = 0; n < nodes; n++) all.push(place(`n${n}`, 'node', `pdu${n % 4}`, 'input'));
  return all;
}

/** How long a tick of the tree takes. */
export function run(): { rows: Row[] } {
  const plan = new PowerTreePlan({ revision: 1, places: places(64) });
  const now = { powerW: quantity(1_000, 'W', 'measured'), readMs: 0 };
  const times: number[] = [];
  for (let i = 0; i < 300; i++) {
    const begin = performance.now();
    reconcile(plan, { nowMs: 0, meter: () => now, equipment: () => now.powerW });
    times.push(performance.now() - begin);
  }
  return { rows: [{ name: 'a power tree of 64 nodes, one tick (p95)', value: quantile(times.slice(50), 0.95), unit: 'ms' }] };
}
