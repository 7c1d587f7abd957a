import { join } from 'node:path';
import { shippedParams } from '../../helpers/training-sources';
import { isFinal } from '@shared/model/run';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { createCore } from '../../../src-main/core/core';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { account, warmUp } from './account';

// Opens a core, uses every part of it, closes it and prints what this process holds before and after.
const [, , folder = '', resourcesDir = '', readerWorker = '', program = ''] = process.argv;

async function use(): Promise<{ status: string; ticks: number }> {
  const core = await createCore({
    dataDir: join(folder, 'data'),
    resourcesDir,
    enginesDir: join(folder, 'engines'),
    readerWorker,
    launcher: createChildLauncher({ program }),
    runtime: 'headless',
    version: '0.0.0',
    log: (level, text) => void process.stderr.write(`${level}: ${text}\n`),
  });
  const client = new RpcClient();
  const [near, far] = createPortPair();
  client.attach(near);
  core.connect(far);
  let ticks = 0;
  client.subscribe('room.live', {}, { onFrame: () => void ticks++ });
  client.subscribe('telemetry.live', { sinceMs: 0, seriesIds: null }, { onFrame: () => undefined });
  await client.call('doctor.report', {});
  await client.call('inventory.get', {});
  const { runId } = await client.call('runs.start', {
    recipe: 'mnist-mlp',
    engine: 'wasm',
    params: { ...shippedParams('mnist-mlp'), epochs: 1 },
  });
  const status = await new Promise<string>((resolve) => {
    client.subscribe('run.live', { runId }, { onFrame: ({ run }) => isFinal(run.status) && run.energy?.final && resolve(run.status) });
  });
  const { series } = await client.call('series.list', {});
  const nowMs = Date.now();
  await client.call('history.query', {
    seriesIds: series.slice(0, 8).map(({ id }) => id),
    fromMs: nowMs - 60_000,
    toMs: nowMs,
    maxPoints: 500,
  });
  client.dispose();
  await core.close();
  await core.close();
  return { status, ticks };
}

async function main(): Promise<void> {
  await warmUp();
  const before = account(folder);
  const used = await use();
  await new Promise((done) => setTimeout(done, 250));
  process.stdout.write(JSON.stringify({ before, after: account(folder), ...used }));
}

void main();
