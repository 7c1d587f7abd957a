import { expect, it } from 'vitest';
import { partName } from '../../../../src-renderer/data/part-name';

it('a meter goes by the name a person gave it, one of several cards by its id', () => {
  expect(partName({ device: 'sensor/modbus-1', label: 'Main meter' })).toBe('Main meter');
  expect(partName({ device: 'node/n1/sensor/pdu', label: 'Rack PDU' })).toBe('Rack PDU');
  expect(partName({ device: 'gpu3', label: 'NVIDIA H100' })).toBe('gpu3');
  expect(partName({ device: 'node/n1/gpu0', label: 'NVIDIA H100' })).toBe('node/n1/gpu0');
  expect(partName({ device: 'room/cooling', label: 'Cooling' })).toBe('room/cooling');
});
