import { describe, expect, it } from 'vitest';
import type { PowerFlow, PowerHolder } from '@shared/model/power-flow';
import { quantity, withheld } from '@shared/model/provenance';
import { flowGraph, type FlowGraph, type FlowNames } from '../../../../src-renderer/features/room/flow-graph';

const names: FlowNames = {
  supply: { facility: 'facility', it: 'it', known: 'known' },
  host: 'rest of host',
  infrastructure: 'around',
  idle: 'idle',
  other: 'other',
  run: (id) => `run ${id}`,
  place: ({ name }) => `in ${name}`,
  several: (label, count) => `${count} × ${label}`,
  restParts: (count) => `${count} more`,
  restRuns: (count) => `${count} more runs`,
};

const held = (account: string, powerW: number): PowerHolder => ({ account, powerW, allocated: false });
const part = (device: string, holders: readonly PowerHolder[], label = device): PowerFlow['parts'][number] => ({
  device,
  label,
  powerW: quantity(
    holders.reduce((sum, { powerW }) => sum + powerW, 0),
    'W',
    'measured',
  ),
  holders: [...holders],
});

function flow(parts: PowerFlow['parts'], facilityW: number | null = null): PowerFlow {
  const itW = parts.reduce((sum, { powerW }) => sum + (powerW.value ?? 0), 0);
  return {
    atMs: 1,
    facilityPowerW: facilityW === null ? withheld('W', 'no-sensor') : quantity(facilityW, 'W', 'modelled'),
    itPowerW: quantity(itW, 'W', 'derived'),
    infrastructureW: facilityW === null ? withheld('W', 'no-sensor') : quantity(facilityW - itW, 'W', 'modelled'),
    parts,
    provenance: 'derived',
  };
}

/** What goes into each node comes out of it, but for the ends. */
function expectBalance({ nodes, links }: FlowGraph): void {
  for (const node of nodes) {
    const into = links.filter(({ target }) => target === node.id).reduce((sum, { powerW }) => sum + powerW, 0);
    const out = links.filter(({ source }) => source === node.id).reduce((sum, { powerW }) => sum + powerW, 0);
    if (node.depth > 0) expect(into, node.id).toBeCloseTo(node.powerW, 6);
    if (out > 0) expect(out, node.id).toBeCloseTo(node.powerW, 6);
  }
}

describe('the picture of the room’s power', () => {
  it('has the supply, its parts with what lies around them, and who holds the parts', () => {
    const graph = flowGraph(
      flow([part('gpu0', [held('run:r1', 200), held('idle', 100)]), part('host', [held('idle', 40)])], 500),
      names,
      [],
    );
    expectBalance(graph);
    expect(graph.nodes.map(({ label, depth, powerW }) => [depth, label, powerW])).toEqual([
      [0, 'facility', 500],
      [1, 'gpu0', 300],
      [1, 'rest of host', 40],
      [1, 'around', 160],
      [2, 'run r1', 200],
      [2, 'idle', 140],
    ]);
    expect(graph.nodes.find(({ kind }) => kind === 'run')?.runId).toBe('r1');
    expect(graph.nodes.find(({ kind }) => kind === 'infrastructure')?.provenance).toBe('modelled');
  });

  it('begins at the IT where the facility is withheld, and names parts without a figure instead of drawing them as nothing', () => {
    const silent = { device: 'gpu1', label: 'gpu1', powerW: withheld('W', 'stale' as const), holders: [] };
    const graph = flowGraph({ ...flow([part('gpu0', [held('idle', 100)]), silent]), itPowerW: withheld('W', 'stale') }, names, []);
    expect(graph.nodes[0]).toMatchObject({ label: 'known', powerW: 100 });
    expect(graph.silent.map(({ device }) => device)).toEqual(['gpu1']);
    expect(graph.nodes.some(({ device }) => device === 'gpu1')).toBe(false);
    expect(flowGraph(flow([part('gpu0', [held('idle', 100)])]), names, []).nodes[0]).toMatchObject({ label: 'it', powerW: 100 });
  });

  it('joins many parts of one name, and the smallest of the rest; many runs likewise; nothing is lost', () => {
    const cards = Array.from({ length: 64 }, (_, i) => part(`gpu${i}`, [held(`run:r${i % 14}`, 100 + i), held('idle', 10)], 'H100'));
    const hosts = Array.from({ length: 20 }, (_, i) => part(`node/n${i}`, [held('other', 5 + i)], `n${i}`));
    const graph = flowGraph(flow([...cards, ...hosts], 20_000), names, []);
    expectBalance(graph);
    const parts = graph.nodes.filter(({ kind }) => kind === 'part');
    expect(parts).toHaveLength(10);
    expect(parts[0]?.label).toBe('64 × H100');
    expect(parts.at(-1)?.label).toBe('12 more');
    const runs = graph.nodes.filter(({ kind }) => kind === 'run');
    expect(runs).toHaveLength(10);
    expect(runs.at(-1)).toMatchObject({ label: '5 more runs', runId: null });
  });

  it('has no picture where nothing draws', () => {
    expect(flowGraph(flow([]), names, [])).toEqual({ nodes: [], links: [], silent: [] });
  });
});
