import { expect, it } from 'vitest';
import type { DeviceTree, TreeNode } from '@shared/model/device-tree';
import { noteScope, noteTargets, targetName } from '../../../../src-renderer/data/note-devices';
import { Format } from '../../../../src-renderer/i18n/format';

const place = (id: string, kind: TreeNode['kind'], parent: string | null, name: string): TreeNode => ({
  id,
  kind,
  parent,
  name,
  position: 0,
  unit: null,
  heightU: null,
});
const places = [
  place('hall-1', 'hall', null, 'Hall'),
  place('rack-1', 'rack', 'hall-1', 'A1'),
  place('node/n3', 'node', 'rack-1', 'n3'),
  place('local', 'node', 'hall-1', 'console'),
];
const device = (id: string, node: string | null): DeviceTree['devices'][number] => ({ device: id, node, kind: 'gpu', label: '' });
const devices = [
  device('room', null),
  device('node/n3/gpu10', 'node/n3'),
  device('node/n3/gpu2', 'node/n3'),
  device('gpu0', 'local'),
  device('run/r1', null),
  device('node/n3', 'node/n3'),
  device('node/lost/gpu0', 'node/lost'),
];

it('a note goes on the room, any place, or any device, each named from above', () => {
  expect(noteTargets({ places, devices }, new Format('en').compare)).toEqual([
    { device: 'room', name: null },
    { device: 'hall-1', name: 'Hall' },
    { device: 'rack-1', name: 'Hall · A1' },
    { device: 'node/n3', name: 'Hall · A1 · n3' },
    { device: 'local', name: 'Hall · console' },
    { device: 'gpu0', name: 'console · gpu0' },
    { device: 'node/n3/gpu2', name: 'n3 · gpu2' },
    { device: 'node/n3/gpu10', name: 'n3 · gpu10' },
    { device: 'node/lost/gpu0', name: 'node/lost/gpu0' },
  ]);
});

it('above a chart stand the notes of its devices, of every place they are in, and of the room', () => {
  expect(noteScope(places, ['node/n3/gpu2', 'node/n3/gpu10'])).toEqual([
    'room',
    'hall-1',
    'rack-1',
    'node/n3',
    'node/n3/gpu2',
    'node/n3/gpu10',
  ]);
  expect(noteScope(places, ['room/ups'])).toEqual(['room', 'room/ups']);
  expect(noteScope([], ['gpu0'])).toEqual(['room', 'local', 'gpu0']);
});

it('is named by its own place', () => {
  expect(targetName(places, 'room')).toBeNull();
  expect(targetName(places, 'rack-1')).toBe('A1');
  expect(targetName(places, 'node/n3/gpu2')).toBe('n3 · gpu2');
  expect(targetName([], 'gpu0')).toBe('gpu0');
});
