import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RoomSummary } from '@shared/model/room';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { createCore, type Core } from '../../../src-main/core/core';
import { openWriter } from '../../../src-main/core/store/writer';
import { cpuFiles, fakeMachine, statFile, type FakeMachine } from '../../fakes/sysfs';
import { bundleEntry } from '../../helpers/bundle';
import { noLauncher } from '../../helpers/no-launcher';

let dataDir = '';
let machine: FakeMachine;
let core: Core | null = null;
let time: NodeJS.Timeout;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-parts-'));
  // Half of its time at work: a load takes two looks, some time apart.
  let ticks = 0;
  const stat = (): Record<string, string> => ({ 'proc/stat': statFile([0, 1, 2, 3].map(() => ({ busy: ticks, idle: ticks }))) });
  machine = await fakeMachine({ ...cpuFiles({ threads: 4 }), ...stat() });
  time = setInterval(() => {
    ticks += 10;
    void machine.write(stat());
  }, 200);
});
afterEach(async () => {
  await core?.close();
  core = null;
  clearInterval(time);
  await machine.dispose();
  await rm(dataDir, { recursive: true, force: true });
});

async function open(): Promise<RpcClient> {
  core = await createCore({
    dataDir,
    resourcesDir: resolve(import.meta.dirname, '../../../resources'),
    enginesDir: join(dataDir, 'engines'),
    readerWorker: await bundleEntry('src-main/core/store/reader-worker.ts'),
    nvmlWorker: await bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts'),
    launcher: noLauncher,
    environment: {
      ...machine.env,
      nvml: { workerPath: await bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts'), libraries: ['libnone.so.1'] },
    },
    runtime: 'headless',
    version: '0.0.0',
    log: () => undefined,
  });
  const client = new RpcClient();
  const [near, far] = createPortPair();
  client.attach(near);
  core.connect(far);
  return client;
}

function roomWhen(client: RpcClient, enough: (room: RoomSummary) => boolean): Promise<RoomSummary> {
  return new Promise((done, fail) => {
    const listening = client.subscribe(
      'room.live',
      {},
      {
        onFrame(room) {
          if (!enough(room)) return;
          listening.dispose();
          done(room);
        },
        onEnd: (error) => fail(error ?? new Error('room.live ended')),
      },
    );
  });
}

it('a part of before is waited for by name until a person says that it is gone; what a person leaves out is named', async () => {
  const before = openWriter({ dataDir });
  before.powerParts.save({ device: 'gpu9', metric: 'gpu.power', label: 'NVIDIA H100', provenance: 'measured', away: null });
  before.close();
  let client = await open();
  const waiting = await roomWhen(client, ({ parts }) => parts.some(({ device, powerW }) => device === 'cpu0' && powerW.value !== null));
  expect(waiting.itPowerW).toMatchObject({ value: null, withheld: 'missing' });
  expect(waiting.silent).toContainEqual({ device: 'gpu9', label: 'NVIDIA H100', why: 'missing' });

  await expect(client.call('power.forgetDevice', { device: 'gpu7' })).rejects.toMatchObject({ code: 'not-found' });
  await client.call('power.forgetDevice', { device: 'gpu9' });
  const whole = await roomWhen(client, ({ itPowerW }) => itPowerW.value !== null);
  expect(whole).toMatchObject({ silent: [], uncounted: [] });

  await client.call('settings.set', { power: { excludedDevices: ['cpu0'] } });
  const without = await roomWhen(client, ({ uncounted }) => uncounted.length > 0);
  expect(without.uncounted).toMatchObject([{ device: 'cpu0', why: 'excluded' }]);
  expect(without.itPowerW.value).toBe(40);
  const { events } = await client.call('events.query', { fromMs: 0, toMs: Date.now() + 60_000, devices: ['gpu9', 'cpu0'] });
  expect(events.map(({ device, kind }) => [device, kind])).toEqual([
    ['gpu9', 'device.removed'],
    ['cpu0', 'power.scope'],
  ]);

  // Both are remembered.
  await core?.close();
  client = await open();
  const after = await roomWhen(client, ({ itPowerW }) => itPowerW.value !== null);
  expect(after).toMatchObject({ silent: [], uncounted: [{ device: 'cpu0', why: 'excluded' }], itPowerW: { value: 40 } });
});
