import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noLauncher } from '../../helpers/no-launcher';
import { coreServices, createCore } from '../../../src-main/core/core';
import { roomPowerService } from '../../../src-main/core/energy/room-power-service';
import { defineService } from '../../../src-main/core/service';
import { storeService } from '../../../src-main/core/store/service';
import { telemetryService } from '../../../src-main/core/telemetry/service';
import { bundleEntry } from '../../helpers/bundle';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-services-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

it('a service of one file and one line has what it needs, hears the ticks, and is stopped before the database', async () => {
  let isOpenAtStop = false;
  const points: number[] = [];
  let heard: () => void = () => undefined;
  const twice = new Promise<void>((done) => (heard = done));
  const counting = defineService({
    name: 'counting',
    needs: [storeService, telemetryService, roomPowerService],
    start({ store, telemetry, roomPower }, { onStop }) {
      const deriving = telemetry.addDeriver('counting', () => [
        {
          device: 'room',
          label: 'Room',
          metric: 'counting.ticks',
          definition: { name: 'Ticks', unit: '1', kind: 'gauge', digits: 0, range: null },
          provenance: 'derived',
          value: points.length,
        },
      ]);
      const listening = roomPower.onPoint(({ atMs }) => points.push(atMs) === 2 && heard());
      onStop(() => {
        listening.dispose();
        deriving.dispose();
        isOpenAtStop = store.samples.listSeries().some(({ metric }) => metric === 'counting.ticks');
      });
    },
  });
  const core = await createCore(
    {
      dataDir,
      resourcesDir: resolve(import.meta.dirname, '../../../resources'),
      enginesDir: join(dataDir, 'engines'),
      readerWorker: await bundleEntry('src-main/core/store/reader-worker.ts'),
      nvmlWorker: await bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts'),
      launcher: noLauncher,
      runtime: 'headless',
      version: '0.0.0',
      log: () => undefined,
    },
    [counting, ...coreServices],
  );
  await twice;
  await core.close();
  expect(points[1] ?? 0).toBeGreaterThan(points[0] ?? 0);
  expect(isOpenAtStop).toBe(true);
});
