import { afterEach, expect, it } from 'vitest';
import { createDrmGpuCollector } from '../../../../../src-main/core/telemetry/collectors/drm-gpu';
import { memoryDevices } from '../../../../helpers/devices';
import { doctorOf } from '../../../../helpers/messages';
import { fakeMachine, type FakeMachine } from '../../../../fakes/sysfs';
import { contextOf, readAll } from './context';

const machines: FakeMachine[] = [];
afterEach(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.dispose()));
});

interface Fitted {
  readonly chip: 'amd' | 'intel';
  /** Draws so much. */
  readonly watts: number;
  readonly bus: string;
  readonly uniqueId?: string;
}

const store = { current: memoryDevices() };

/** One start of the machine with these cards, card0 first. */
async function boot(...cards: readonly Fitted[]) {
  const machine = await fakeMachine();
  machines.push(machine);
  for (const [n, { chip, watts, bus, uniqueId }] of cards.entries()) {
    const place = `sys/devices/pci0000:00/0000:${bus}:00.0`;
    const file = (name: string): string => `${place}/${name}`;
    await machine.write({
      [file('vendor')]: chip === 'amd' ? '0x1002\n' : '0x8086\n',
      [file('device')]: chip === 'amd' ? '0x740f\n' : '0x56a0\n',
      [file('product_name')]: chip === 'amd' ? 'AMD Instinct MI210\n' : '\n',
      [file('hwmon/hwmon3/name')]: 'amdgpu\n',
      [file('hwmon/hwmon3/power1_average')]: `${watts * 1e6}\n`,
      [file('hwmon/hwmon3/power1_cap')]: '300000000\n',
      [file('hwmon/hwmon3/energy1_input')]: '5000000\n',
      ...(uniqueId === undefined ? {} : { [file('unique_id')]: `${uniqueId}\n` }),
    });
    await machine.link(`sys/class/drm/card${n}/device`, place);
  }
  const context = contextOf(machine.env, undefined, store.current);
  const gpu = createDrmGpuCollector(context);
  const values = await readAll(gpu);
  const powers = Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      / gpu\.(power|energy)$/.test(name) && value !== null ? [[name.split(' ')[0] ?? '', value] as const] : [],
    ),
  );
  return { powers, gpu, context, machine, events: context.events.map(({ device, kind }) => [device, kind]) };
}

it('keeps AMD and Intel cards apart whatever number the kernel gives them', async () => {
  store.current = memoryDevices();
  const a: Fitted = { chip: 'amd', watts: 101, bus: '03', uniqueId: '1f2e3d4c5b6a7988' };
  const b: Fitted = { chip: 'amd', watts: 202, bus: '43', uniqueId: 'aabbccddeeff0011' };
  const arc: Fitted = { chip: 'intel', watts: 0, bus: '83' };
  expect((await boot(a, b, arc)).powers).toMatchObject({ 'gpu/card0': 101, 'gpu/card1': 202, 'gpu/card2': 5 });
  // The drivers came up in another order.
  expect(await boot(arc, b, a)).toMatchObject({ powers: { 'gpu/card0': 101, 'gpu/card1': 202, 'gpu/card2': 5 }, events: [] });
  // The two of one chip changed slots; a disk was added, and the third's address moved.
  expect(await boot({ ...b, bus: '03' }, { ...a, bus: '43' }, { ...arc, bus: '84' })).toMatchObject({
    powers: { 'gpu/card0': 101, 'gpu/card1': 202, 'gpu/card2': 5 },
    events: [],
  });
  // The first one is taken out, and another put in its place.
  const swapped = await boot({ chip: 'amd', watts: 303, bus: '43', uniqueId: '5555555555555555' }, { ...b, bus: '03' }, arc);
  expect(swapped.powers).toEqual({ 'gpu/card3': 303, 'gpu/card1': 202, 'gpu/card2': 5 });
  expect(swapped.events).toEqual([
    ['gpu/card3', 'device.added'],
    ['gpu/card0', 'device.missing'],
  ]);
  expect((await doctorOf(swapped.gpu))[0]).toMatchObject({
    state: 'partial',
    detail: expect.stringMatching(/not here any more: gpu\/card0 AMD Instinct MI210 \(last seen /) as string,
  });
});

it('says that a card fell off its bus, and that it is back', async () => {
  store.current = memoryDevices();
  const { gpu, context, machine } = await boot({ chip: 'amd', watts: 101, bus: '03' }, { chip: 'amd', watts: 202, bus: '43' });
  await machine.remove('sys/class/drm/card0');
  context.pass(30_000);
  expect(Object.keys(await readAll(gpu)).filter((name) => name.startsWith('gpu/card0'))).toEqual([]);
  expect(context.events).toMatchObject([{ device: 'gpu/card0', kind: 'device.lost' }]);
  await machine.link('sys/class/drm/card4/device', 'sys/devices/pci0000:00/0000:03:00.0');
  context.pass(30_000);
  expect(await readAll(gpu)).toMatchObject({ 'gpu/card0 gpu.power': 101, 'gpu/card1 gpu.power': 202 });
  expect(context.events.map(({ kind }) => kind)).toEqual(['device.lost', 'device.back']);
});
