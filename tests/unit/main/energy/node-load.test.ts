import { describe, expect, it } from 'vitest';
import type { MetricId } from '@shared/model/metrics';
import type { LatestValue } from '../../../../src-main/core/energy/room-summary';
import { isNodeIdle } from '../../../../src-main/core/energy/node-load';

const NOW = 100_000;
const told = (device: string, value: number | null, atMs = NOW - 500): LatestValue => ({
  device,
  label: device,
  value,
  provenance: 'measured',
  atMs,
});
const idle = (of: Partial<Record<MetricId, LatestValue[]>>): boolean => isNodeIdle((metric) => of[metric] ?? [], NOW);

describe('a node is known to rest', () => {
  it('when its processors and all of its GPUs say so', () => {
    expect(idle({ 'cpu.load': [told('host', 3)] })).toBe(true);
    expect(idle({ 'cpu.load': [told('host', 3)], 'gpu.load': [told('gpu0', 0), told('gpu1', 1)], 'gpu.power': [told('gpu0', 60)] })).toBe(
      true,
    );
    // Others are nobody's business here.
    expect(idle({ 'cpu.load': [told('host', 3), told('node/a', 99)], 'gpu.load': [told('node/a/gpu0', 99)] })).toBe(true);
  });

  it.each([
    ['a busy processor', { 'cpu.load': [told('host', 35)] }],
    ['a GPU at somebody’s work', { 'cpu.load': [told('host', 3)], 'gpu.load': [told('gpu0', 0), told('gpu1', 98)] }],
    ['a GPU that draws and does not tell its load', { 'cpu.load': [told('host', 3)], 'gpu.power': [told('gpu0', 300)] }],
    ['a load of a while ago', { 'cpu.load': [told('host', 3, NOW - 60_000)] }],
    ['no load at all', {}],
    ['a load without a value', { 'cpu.load': [told('host', null)] }],
  ])('and not with %s', (_, of) => {
    expect(idle(of)).toBe(false);
  });
});
