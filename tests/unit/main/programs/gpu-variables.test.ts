import { expect, it } from 'vitest';
import type { DeviceRecord } from '@shared/model/device-record';
import { findGpu, gpuVariables } from '../../../../src-main/core/programs/gpu-variables';

function gpu(device: string, kind: DeviceRecord['kind'], pciId: string, bus: string, uuid: string | null = null): DeviceRecord {
  const state = 'present';
  return {
    device,
    kind,
    uuid,
    serial: null,
    bus,
    pciId,
    model: null,
    firstSeenMs: 0,
    lastSeenMs: 0,
    awaySinceMs: null,
    removedAtMs: null,
    state,
  };
}

const nvidia = [
  gpu('gpu0', 'nvidia', '10de:2330', '0000:1b:00.0', 'GPU-aaaaaaaa-1'),
  gpu('gpu1', 'nvidia', '10de:2330', '0000:43:00.0', 'GPU-bbbbbbbb-2'),
];
// The labels are not in the order of the bus: a card was moved.
const amd = [gpu('gpu/card1', 'drm', '1002:740f', '0000:c3:00.0'), gpu('gpu/card2', 'drm', '1002:740f', '0000:83:00.0')];
const intel = [gpu('gpu/card3', 'drm', '8086:56c0', '0000:4d:00.0')];
const disk = { ...gpu('disk/sda', 'disk', '', ''), bus: null, pciId: null };

it('names GPUs by what each maker’s runtime goes by, and hides those of a maker of whom none is asked for', () => {
  expect(gpuVariables(['gpu1', 'gpu0'], nvidia)).toEqual({ CUDA_VISIBLE_DEVICES: 'GPU-bbbbbbbb-2,GPU-aaaaaaaa-1' });
  expect(gpuVariables(['gpu/card1'], amd)).toEqual({ HIP_VISIBLE_DEVICES: '1' });
  expect(gpuVariables(['gpu/card3'], intel)).toEqual({ ZE_AFFINITY_MASK: '0', ZE_ENABLE_PCI_ID_DEVICE_ORDER: '1' });
  expect(gpuVariables(['gpu0'], [...nvidia, ...amd])).toEqual({ CUDA_VISIBLE_DEVICES: 'GPU-aaaaaaaa-1', HIP_VISIBLE_DEVICES: '-1' });
  expect(gpuVariables(['gpu/card2'], [...nvidia, ...amd])).toEqual({ CUDA_VISIBLE_DEVICES: '', HIP_VISIBLE_DEVICES: '0' });
  expect(gpuVariables([], nvidia)).toEqual({});
});

it('says which GPU is not there, or tells no UUID', () => {
  const lost = nvidia.map((one) => ({ ...one, state: 'lost' as const }));
  expect(gpuVariables(['gpu0'], lost)).toMatchObject({ id: 'message.queue.gpuAway', params: { gpu: 'gpu0' } });
  expect(gpuVariables(['gpu0'], [{ ...gpu('gpu0', 'nvidia', '10de:1', '') }])).toMatchObject({ id: 'message.queue.gpuUnnamed' });
});

it('finds a GPU by label, number, UUID, how that begins, or bus; and nothing else', () => {
  const all = [...nvidia, ...amd, ...intel, disk];
  const found = (typed: string): string | undefined => findGpu(all, typed)?.device;
  expect(['gpu1', '1', 'GPU-bbbbbbbb-2', 'GPU-bbbb', '0000:43:00.0'].map(found)).toEqual(Array(5).fill('gpu1'));
  expect(found('gpu/card1')).toBe('gpu/card1');
  expect(['GPU-', 'gpu9', 'disk/sda', ''].map(found)).toEqual([undefined, undefined, undefined, undefined]);
});
