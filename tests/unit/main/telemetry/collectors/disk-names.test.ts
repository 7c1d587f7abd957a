import { afterEach, expect, it } from 'vitest';
import { createDiskCollector } from '../../../../../src-main/core/telemetry/collectors/disk';
import { memoryDevices } from '../../../../helpers/devices';
import { doctorOf } from '../../../../helpers/messages';
import { fakeMachine, type FakeMachine } from '../../../../fakes/sysfs';
import { contextOf, readAll } from './context';

const machines: FakeMachine[] = [];
afterEach(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.dispose()));
});

it('keeps each disk its name, by its world-wide name, though the kernel finds them in another order', async () => {
  const store = memoryDevices();
  /** One start with these disks, sda first; each has read so many sectors in the second between two reads. */
  const boot = async (...disks: readonly { wwid: string | null; sectors: number; hot?: number }[]) => {
    const stats = (factor: number): string =>
      disks.map(({ sectors }, i) => `   8 ${16 * i} sd${String.fromCharCode(97 + i)} 1 0 ${sectors * factor} 1 1 0 0 1 0 0 0`).join('\n');
    const machine = await fakeMachine({ 'proc/diskstats': `${stats(1)}\n` });
    machines.push(machine);
    for (const [i, { wwid, hot }] of disks.entries()) {
      const folder = `sys/block/sd${String.fromCharCode(97 + i)}`;
      await machine.write({
        [`${folder}/size`]: '1\n',
        ...(wwid === null ? {} : { [`${folder}/device/wwid`]: `${wwid}\n` }),
        ...(hot === undefined ? {} : { [`${folder}/device/hwmon/hwmon1/temp1_input`]: `${hot}\n` }),
      });
    }
    const context = contextOf(machine.env, undefined, store);
    const disk = createDiskCollector(context);
    await readAll(disk);
    context.pass(1_000);
    await machine.write({ 'proc/diskstats': `${stats(2)}\n` });
    const values = await readAll(disk);
    return {
      rates: Object.fromEntries(
        Object.entries(values).flatMap(([name, value]) => (/ disk\.(read|temperature)$/.test(name) ? [[name, value] as const] : [])),
      ),
      disk,
    };
  };
  expect((await boot({ wwid: 'naa.5000a', sectors: 10, hot: 31_000 }, { wwid: 'naa.5000b', sectors: 20 })).rates).toEqual({
    'disk/sda disk.read': 5120,
    'disk/sda disk.temperature': 31,
    'disk/sdb disk.read': 10_240,
  });
  const turned = await boot({ wwid: 'naa.5000b', sectors: 20 }, { wwid: 'naa.5000a', sectors: 10, hot: 31_000 });
  expect(turned.rates).toEqual({ 'disk/sda disk.read': 5120, 'disk/sda disk.temperature': 31, 'disk/sdb disk.read': 10_240 });
  expect((await doctorOf(turned.disk))[0]).toMatchObject({ detail: 'disk/sdb (sda), disk/sda (sdb)' });
  // A new one where the first was, and one that tells nothing of itself at the second's place.
  expect((await boot({ wwid: 'naa.5000c', sectors: 30 }, { wwid: null, sectors: 40 })).rates).toEqual({
    'disk/sda-2 disk.read': 15_360,
    'disk/sdb-unnamed disk.read': 20_480,
  });
});
