import { expect, it } from 'vitest';
import { byPlace } from '../../../../src-renderer/data/power-places';
import { place } from './room';

// A hall of four rows with four racks each and four nodes in each.
const four = [0, 1, 2, 3];
const places = [
  place('hall', null, 'hall'),
  ...four.flatMap((row) => [
    place(`row${row}`, 'hall', 'row', row),
    ...four.flatMap((rack) => [
      place(`rack${row}${rack}`, `row${row}`, 'rack', rack),
      ...four.map((node) => place(`node/n${row}${rack}${node}`, `rack${row}${rack}`, 'node', node)),
    ]),
  ]),
];
const nodes = places.filter(({ kind }) => kind === 'node').map(({ id }) => ({ device: id }));

it('adds up by the finest places that can still be read, in the order of the room', () => {
  const shuffled = nodes.toReversed();
  expect(byPlace(shuffled, places, 64)?.map(({ place: at }) => at?.kind)).toEqual(Array(64).fill('node'));
  expect(
    byPlace(shuffled, places, 20)
      ?.map(({ place: at }) => at?.id)
      .slice(0, 3),
  ).toEqual(['rack00', 'rack01', 'rack02']);
  const rows = byPlace(shuffled, places, 4)!;
  expect(rows.map(({ place: at, parts }) => [at?.id, parts.length])).toEqual(four.map((row) => [`row${row}`, 16]));
});

it('loses no part that stands nowhere, and says where places do not help', () => {
  const groups = byPlace([...nodes, { device: 'host' }], places, 5)!;
  expect(groups.map(({ place: at }) => at?.id ?? null)).toEqual(['row0', 'row1', 'row2', 'row3', null]);
  expect(groups.reduce((sum, { parts }) => sum + parts.length, 0)).toBe(65);
  expect(byPlace(nodes, places, 3)).toBeNull();
  expect(byPlace([{ device: 'gpu0' }, { device: 'gpu1' }], places, 1)).toBeNull();
});
