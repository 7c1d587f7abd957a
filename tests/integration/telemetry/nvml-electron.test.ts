import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NvmlReply, NvmlWorkerData } from '../../../src-main/core/telemetry/collectors/nvml/protocol';
import { buildFakeNvml, compilerNeeded, type FakeNvml } from '../../fakes/nvml/build';
import { onlyWhere } from '../../helpers/needs';
import { bundleEntry } from '../../helpers/bundle';

const executable = process.env['ELECTRON_EXEC_PATH'] ?? '';
const switches = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];

// The same addon and library in the process where the product meets them. Without a display a person runs this through npm test.
const hasElectron = existsSync(executable) && (process.platform !== 'linux' || Boolean(process.env['DISPLAY']));
describe(
  'NVML in Electron’s utility process',
  { ...onlyWhere(hasElectron, 'it needs Electron and a display: run it through npm test'), ...compilerNeeded },
  () => {
    let app = '';
    let nvml: FakeNvml;
    beforeAll(async () => {
      nvml = buildFakeNvml(resolve(import.meta.dirname, '../../fakes/nvml/nvml.c'));
      await nvml.control('gpus 8');
      app = await mkdtemp(join(tmpdir(), 'coldaisle-app-'));
      const workerPath = await bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts');
      const data: Omit<NvmlWorkerData, 'calling'> = {
        libraries: [nvml.library],
        platform: process.platform,
        rates: { hz: 1, devices: {} },
        lookAgainMs: 1_000,
      };
      await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'tiny', version: '1.0.0', main: 'main.js' }));
      await writeFile(
        join(app, 'main.js'),
        `const { app, utilityProcess } = require('electron');
       app.whenReady().then(() => {
         const child = utilityProcess.fork(${JSON.stringify(join(app, 'core.js'))});
         child.on('message', (answer) => { process.stdout.write(JSON.stringify(answer) + '\\n'); });
         child.on('exit', (code) => app.exit(code));
       });`,
      );
      await writeFile(
        join(app, 'core.js'),
        `const { Worker } = require('node:worker_threads');
       const workerData = { ...${JSON.stringify(data)}, calling: new SharedArrayBuffer(8) };
       const worker = new Worker(${JSON.stringify(workerPath)}, { workerData });
       worker.on('message', (reply) => { process.parentPort.postMessage(reply); worker.postMessage({ t: 'stop' }); });
       worker.on('exit', () => setTimeout(() => process.exit(0), 200));
       worker.postMessage({ t: 'tick' });`,
      );
    });
    afterAll(async () => {
      nvml.dispose();
      await rm(app, { recursive: true, force: true });
    });

    it('reads eight GPUs and ends in order', async () => {
      const child = spawn(executable, [...switches, app], { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.on('data', (chunk) => (text += String(chunk)));
      const [code] = (await once(child, 'close')) as [number | null];
      const reply = JSON.parse(text) as NvmlReply;
      expect(reply).toMatchObject({ t: 'tick', answer: { state: 'works', driver: '550.54.15' } });
      const readings = reply.t === 'tick' && reply.answer.state === 'works' ? reply.answer.readings : [];
      expect(readings.find(({ device, metric }) => device === 'gpu7' && metric === 'gpu.power')?.value).toBe(370.25);
      expect(code).toBe(0);
    });
  },
);
