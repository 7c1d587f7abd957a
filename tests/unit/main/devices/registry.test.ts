import { describe, expect, it } from 'vitest';
import { devicesByModel } from '@shared/model/device-record';
import { english } from '@shared/text/message';
import type { FoundDevice } from '../../../../src-main/core/devices/identity';
import { DeviceRegistry } from '../../../../src-main/core/devices/registry';
import { memoryDevices, type DeviceStore } from '../../../helpers/devices';

const card = (uuid: string, index: number): FoundDevice => ({
  uuid: `GPU-${uuid}`,
  serial: null,
  bus: null,
  pciId: null,
  model: 'NVIDIA H100',
  preferred: `gpu${index}`,
});

function start(store: DeviceStore, clock = { wall: 1_000, mono: 0 }) {
  const events: string[] = [];
  const logged: string[] = [];
  const registry = new DeviceRegistry({
    ...store,
    wallMs: () => clock.wall,
    monoMs: () => clock.mono,
    onEvent: ({ device, kind, text }) => void events.push(`${device} ${kind}: ${english(text)}`),
    log: (_, text) => void logged.push(text),
  });
  /** The driver lists these, in this order. */
  const list = (...uuids: string[]): (string | null)[] => {
    const labels = registry.resolve(
      'nvidia',
      uuids.map((uuid, i) => card(uuid, i)),
    );
    registry.report(
      'nvidia',
      labels.flatMap((device) => (device === null ? [] : [{ device, lost: null }])),
    );
    return labels;
  };
  const states = (): string =>
    registry
      .list()
      .map(({ device, state }) => `${device} ${state}`)
      .join(', ');
  return { registry, list, states, events, logged, clock };
}

describe('the registry of devices', () => {
  it('numbers by place at the first start, also over what was recorded before', () => {
    expect(start(memoryDevices(['gpu0', 'gpu1'])).list('a', 'b')).toEqual(['gpu0', 'gpu1']);
  });

  it('never gives a number that somebody has, had, or that something was recorded under', () => {
    const store = memoryDevices(['gpu0', 'gpu4']);
    start(store).list('a', 'b');
    expect(start(store).list('c', 'b', 'a')).toEqual(['gpu5', 'gpu1', 'gpu0']);
  });

  it('keeps the places of those that do not answer at the first start', () => {
    const store = memoryDevices();
    const first = start(store);
    expect(first.registry.resolve('nvidia', [card('a', 0), card('c', 2)])).toEqual(['gpu0', 'gpu2']);
    expect(start(store).list('a', 'b', 'c')).toEqual(['gpu0', 'gpu1', 'gpu2']);
  });

  it('tells what is missing once, and that it is back', () => {
    const store = memoryDevices();
    start(store).list('a', 'b');
    const second = start(store);
    second.list('b');
    second.list('b');
    expect(second.events).toEqual(['gpu0 device.missing: NVIDIA H100 is known from before and is not here']);
    expect(second.states()).toBe('gpu0 missing, gpu1 present');
    expect(start(store).list('b')).toEqual(['gpu1']);
    const third = start(store);
    third.list('b');
    expect(third.events).toEqual([]);
    third.list('b', 'a');
    expect(third.events).toEqual(['gpu0 device.back: NVIDIA H100 is here again']);
    third.list('a');
    expect(third.events.slice(1)).toEqual(['gpu1 device.lost: NVIDIA H100: the driver does not list it any more']);
    expect(third.states()).toBe('gpu0 present, gpu1 lost');
    third.list('a', 'b');
    expect(third.events.slice(2)).toEqual(['gpu1 device.back: NVIDIA H100 is on its bus again']);
  });

  it('waits no more for what a person took out, and takes even that back', () => {
    const store = memoryDevices();
    const first = start(store);
    first.list('a', 'b');
    first.registry.setRemoved('gpu1');
    expect(first.states()).toBe('gpu0 present, gpu1 present');
    first.list('a');
    first.registry.setRemoved('gpu1');
    expect(first.states()).toBe('gpu0 present, gpu1 removed');
    const second = start(store);
    second.list('a');
    expect(second.events).toEqual([]);
    expect(second.states()).toBe('gpu0 present, gpu1 removed');
    expect(second.list('a', 'b')).toEqual(['gpu0', 'gpu1']);
    expect(second.states()).toBe('gpu0 present, gpu1 present');
  });

  it('goes on while the disk refuses, and stores what it found when it does not', () => {
    let refuses = true;
    const memory = memoryDevices();
    const { list, clock, logged } = start({
      ...memory,
      store: {
        ...memory.store,
        save: (devices) => {
          if (refuses) throw new Error('ENOSPC');
          memory.store.save(devices);
        },
      },
    });
    expect(list('a')).toEqual(['gpu0']);
    expect(list('a')).toEqual(['gpu0']);
    expect(logged).toEqual(['the devices found are not stored yet: Error: ENOSPC']);
    refuses = false;
    clock.mono += 5_000;
    list('a');
    expect(memory.store.load()).toMatchObject([{ device: 'gpu0', uuid: 'GPU-a' }]);
  });

  it('keeps each MIG device below its GPU, by its UUID', () => {
    const store = memoryDevices();
    const mig = (uuid: string, preferred: string): FoundDevice => ({
      uuid: `MIG-${uuid}`,
      serial: null,
      bus: null,
      pciId: null,
      model: 'H100 MIG',
      preferred,
    });
    expect(start(store).registry.resolve('mig', [mig('x', 'gpu1/mig0'), mig('y', 'gpu1/mig2')])).toEqual(['gpu1/mig0', 'gpu1/mig2']);
    // Made anew with another one first.
    expect(start(store).registry.resolve('mig', [mig('z', 'gpu1/mig0'), mig('y', 'gpu1/mig1'), mig('x', 'gpu1/mig2')])).toEqual([
      'gpu1/mig3',
      'gpu1/mig2',
      'gpu1/mig0',
    ]);
  });

  it('names every device, a term for each model', () => {
    const of = (model: string | null, ...devices: string[]) => devices.map((device) => ({ device, model }));
    expect(devicesByModel([...of('H100', 'gpu10', 'gpu0', 'gpu1', 'gpu2'), ...of('A2', 'gpu4'), ...of(null, 'gpu5')])).toBe(
      '4 × H100 (gpu0–gpu2, gpu10), 1 × A2 (gpu4), 1 × GPU (gpu5)',
    );
  });
});
