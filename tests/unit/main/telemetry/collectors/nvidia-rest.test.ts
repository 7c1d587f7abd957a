import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createNvidiaCollectors } from '../../../../../src-main/core/telemetry/collectors/nvidia';
import { NvidiaRest } from '../../../../../src-main/core/telemetry/collectors/nvidia/rest';
import type { Reading } from '@shared/model/series';
import { cpuFiles, fakeMachine, type FakeMachine } from '../../../../fakes/sysfs';
import { doctorOf } from '../../../../helpers/messages';
import { contextOf } from './context';

const FAKE = resolve(import.meta.dirname, '../../../../fakes/nvidia-smi.mjs');
let machine: FakeMachine;
afterEach(() => machine.dispose());

const gpu = (address: string, status: string, control = 'auto'): Record<string, string> => {
  const folder = `sys/bus/pci/devices/${address}`;
  return {
    [`${folder}/vendor`]: '0x10de\n',
    [`${folder}/class`]: '0x030000\n',
    [`${folder}/power/runtime_status`]: `${status}\n`,
    [`${folder}/power/control`]: `${control}\n`,
  };
};
/** The sound of the card's HDMI is no GPU. */
const sound = {
  'sys/bus/pci/devices/0000:1b:00.1/vendor': '0x10de\n',
  'sys/bus/pci/devices/0000:1b:00.1/class': '0x040300\n',
  'sys/bus/pci/devices/0000:1b:00.1/power/runtime_status': 'active\n',
};

describe('NVIDIA GPUs that sleep', () => {
  it('are not asked while all of them do: no program is started, none goes on, and it is told', async () => {
    machine = await fakeMachine({ ...cpuFiles({ threads: 2 }), ...gpu('0000:1b:00.0', 'suspended'), ...sound });
    const pidFile = join(dirname(machine.env.sysRoot), 'pids');
    const env = { ...machine.env, nvidiaSmi: [process.execPath, FAKE, '--mode', 'loop cards 0', '--pid-file', pidFile] as const };
    const context = contextOf(env);
    const [fast, slow] = createNvidiaCollectors(context, context.gpuRates);
    const started = async (): Promise<string[]> => (await readFile(pidFile, 'utf8').catch(() => '')).split('\n').filter(Boolean);
    const alive = (pid: string): boolean => {
      try {
        return process.kill(Number(pid), 0);
      } catch {
        return false;
      }
    };
    try {
      expect(await fast.read(new AbortController().signal)).toEqual([]);
      expect((await doctorOf(fast))[0]).toMatchObject({ state: 'works', detail: expect.stringContaining('asleep') as string });
      expect(await started()).toEqual([]);
      await machine.write(gpu('0000:1b:00.0', 'active'));
      context.pass(1000);
      const readings = await fast.read(AbortSignal.timeout(10_000));
      expect(readings.find(({ metric }) => metric === 'gpu.power')?.value).toBeGreaterThan(0);
      const pids = await started();
      expect(pids).toHaveLength(1);
      context.events.length = 0;
      await machine.write(gpu('0000:1b:00.0', 'suspended'));
      context.pass(1000);
      expect(await fast.read(AbortSignal.timeout(10_000))).toEqual([]);
      expect(context.events).toMatchObject([{ device: 'gpu0', kind: 'device.asleep' }]);
      expect(pids.filter(alive)).toEqual([]);
      expect(await slow.read(AbortSignal.timeout(1000))).toEqual([]);
      await machine.write(gpu('0000:1b:00.0', 'active'));
      context.pass(1000);
      expect((await fast.read(AbortSignal.timeout(10_000))).length).toBeGreaterThan(0);
      expect(context.events).toMatchObject([{ kind: 'device.asleep' }, { device: 'gpu0', kind: 'device.awake' }]);
    } finally {
      await fast.close();
    }
  });

  it('are left alone for a moment when they rest, where the system may suspend them, and ever less often where it does not', async () => {
    for (const control of ['auto', 'on']) {
      machine = await fakeMachine({ ...gpu('0000:1b:00.0', 'active', control) });
      const context = contextOf(machine.env);
      let letGo = 0;
      const rest = new NvidiaRest(context, async () => void letGo++);
      const idle: Reading[] = [{ device: 'gpu0', label: 'GPU', metric: 'gpu.load', provenance: 'measured', value: 0 }];
      let asked = 0;
      for (let second = 0; second < 600; second++) {
        if ((await rest.instead()) === null) {
          asked++;
          await rest.note(idle, false);
        }
        context.pass(1000);
      }
      expect(letGo).toBe(control === 'auto' ? 4 : 0);
      expect(asked).toBe(control === 'auto' ? 600 - 4 * 14 : 600);
      // Something that runs on them keeps them.
      const before = letGo;
      for (let second = 0; second < 200; second++) {
        if ((await rest.instead()) === null) await rest.note(idle, true);
        context.pass(1000);
      }
      expect(letGo).toBe(before);
      await machine.dispose();
    }
    machine = await fakeMachine();
  });
});
