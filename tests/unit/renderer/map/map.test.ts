import { describe, expect, it } from 'vitest';
import { mapLines, roomMap } from '../../../../src-renderer/data/room-map';
import { Format } from '../../../../src-renderer/i18n/format';
import {
  mapMetrics,
  mapScale,
  readTile,
  SeriesIndex,
  STALE_MS,
  summarise,
  throttleLevel,
  type TileReading,
} from '../../../../src-renderer/data/map-metric';
import { SCALE_STEPS, scaleColours, stepOf } from '../../../../src-renderer/data/colour-scale';
import { nextBox } from '../../../../src-renderer/features/room/map-walk';
import { series, tree } from './room';

const NOW = 1_800_000_000_000;

describe('the map of a tree', () => {
  const halls = roomMap(
    tree(['node/low', 'node/low/gpu10', 'node/low/gpu2', 'node/low/gpu2/mig1', 'node/high/gpu0', 'node/loose', 'room']),
    new Format('en').compare,
  );
  const rows = halls[0]!.rows;

  it('stands as the room does: rows, racks, the highest unit first, then what stands in the hall itself', () => {
    expect(halls).toHaveLength(1);
    expect(rows.map((row) => row.place?.id ?? null)).toEqual(['A', 'B', null]);
    expect(rows[0]!.racks.map((rack) => rack.place?.id)).toEqual(['A1', 'A2']);
    expect(rows[0]!.racks[0]!.nodes.map((node) => node.place.id)).toEqual(['node/high', 'node/low']);
    expect(rows[2]!.racks[0]!.nodes.map((node) => node.place.id)).toEqual(['node/loose']);
  });

  it('has a tile a GPU in the order of their numbers, none for a MIG instance, and the node itself where it has no GPU', () => {
    expect(rows[0]!.racks[0]!.nodes[1]!.tiles.map(({ device }) => device)).toEqual(['node/low/gpu2', 'node/low/gpu10']);
    expect(rows[2]!.racks[0]!.nodes[0]!.tiles.map(({ device }) => device)).toEqual(['node/loose']);
  });

  it('counts the lines that share its height', () => {
    expect(mapLines(halls)).toEqual({ nodes: 4, heads: 4 });
  });
});

describe('what a tile shows', () => {
  const gpu = { device: 'node/low/gpu0', node: 'node/low', kind: 'gpu', label: 'H100' } as const;
  const measured = series(gpu.device, 'gpu.power');
  const all = [
    series(gpu.device, 'gpu.power', 'modelled'),
    measured,
    series(gpu.device, 'gpu.memory.used'),
    series(gpu.device, 'gpu.memory.total'),
    series(gpu.device, 'gpu.clock.events'),
    series(gpu.device, 'gpu.power.limit'),
  ];
  const index = new SeriesIndex(all);
  const at =
    (value: number | null, ageMs = 0) =>
    () => ({ atMs: NOW - ageMs, value });

  it('takes the measured series before the modelled one', () => {
    expect(index.tile(gpu, 'power')).toEqual({ id: measured.id, ofId: null, provenance: 'measured' });
    expect(index.limits([gpu])).toEqual([all[5]!.id]);
  });

  it('tells a value, an old one, a missing one and no source apart', () => {
    const power = index.tile(gpu, 'power');
    expect(readTile('power', power, at(350), NOW)).toEqual({ kind: 'value', value: 350 });
    expect(readTile('power', power, at(350, STALE_MS + 1), NOW)).toEqual({ kind: 'stale', value: 350 });
    expect(readTile('power', power, at(null), NOW)).toEqual({ kind: 'missing' });
    expect(readTile('power', power, () => null, NOW)).toEqual({ kind: 'missing' });
    expect(readTile('load', index.tile(gpu, 'load'), at(1), NOW)).toEqual({ kind: 'no-source' });
  });

  it('shows memory as a share, and none while the whole is unknown', () => {
    const memory = index.tile(gpu, 'memory')!;
    const values = new Map([
      [memory.id, 40],
      [memory.ofId!, 80],
    ]);
    const latest = (id: number) => ({ atMs: NOW, value: values.get(id) ?? null });
    expect(readTile('memory', memory, latest, NOW)).toEqual({ kind: 'value', value: 50 });
    values.delete(memory.ofId!);
    expect(readTile('memory', memory, latest, NOW)).toEqual({ kind: 'missing' });
  });

  it('names the gravest of what holds clocks down; idle and set clocks hold nothing', () => {
    expect([0, 1, 2, 1 | 4, 4 | 32, 32 | 64, 8, 128].map(throttleLevel)).toEqual([
      'none',
      'none',
      'none',
      'power',
      'heat',
      'hardware',
      'hardware',
      'hardware',
    ]);
  });

  it('sums up what stands together, and never passes a part for the whole', () => {
    const value = (n: number): TileReading => ({ kind: 'value', value: n });
    const missing: TileReading = { kind: 'missing' };
    expect(summarise('power', [value(300), value(200)])).toBe(500);
    expect(summarise('power', [value(300), missing])).toBeNull();
    expect(summarise('load', [value(10), value(30)])).toBe(20);
    expect(summarise('temperature', [value(60), missing, value(71)])).toBe(71);
    expect(summarise('throttle', [value(0), value(1), value(3)])).toBe(2);
    for (const metric of mapMetrics) expect(summarise(metric, [missing])).toBeNull();
  });
});

describe('the colour scale', () => {
  const { fills, inks } = scaleColours(['#000000', '#808080', '#ffffff']);

  it('runs evenly over its stops, with ink that can be read on each step', () => {
    expect(fills).toHaveLength(SCALE_STEPS);
    expect([fills[0], fills.at(-1)]).toEqual(['rgb(0 0 0)', 'rgb(255 255 255)']);
    expect([inks[0], inks.at(-1)]).toEqual(['#ffffff', '#000000']);
  });

  it('gives what lies beyond an end that end, and a scale without width its start', () => {
    const { min, max } = mapScale('temperature', 0);
    expect([stepOf(-5, min, max), stepOf(500, min, max), stepOf(7, 3, 3)]).toEqual([0, SCALE_STEPS - 1, 0]);
    expect(mapScale('power', 700)).toEqual({ min: 0, max: 700 });
  });
});

describe('walking the map', () => {
  const box = (left: number, top: number) => ({ left, top, width: 10, height: 10 });
  // Two lines of three, and a third line set in.
  const boxes = [box(0, 0), box(20, 0), box(40, 0), box(0, 20), box(20, 20), box(40, 20), box(30, 60)];

  it('follows the line, then goes to the nearest in the next', () => {
    expect(nextBox(boxes, 0, 'right')).toBe(1);
    expect(nextBox(boxes, 5, 'left')).toBe(4);
    expect(nextBox(boxes, 1, 'down')).toBe(4);
    expect(nextBox(boxes, 6, 'up')).toBe(4);
  });

  it('stays where nothing lies in that direction', () => {
    expect(nextBox(boxes, 0, 'up')).toBe(0);
    expect(nextBox(boxes, 0, 'left')).toBe(0);
  });
});
