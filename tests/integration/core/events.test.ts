import { shippedParams } from '../../helpers/training-sources';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EventFrame } from '@shared/contract/events';
import { defaultSettings } from '@shared/model/settings';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { createCore, type Core } from '../../../src-main/core/core';
import { reduceEvents } from '../../../src-renderer/data/events';
import { bundleEntry } from '../../helpers/bundle';

let dataDir = '';
let core: Core | null = null;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-events-'));
});
afterEach(async () => {
  await core?.close();
  core = null;
  await rm(dataDir, { recursive: true, force: true });
});

async function open(): Promise<RpcClient> {
  core = await createCore({
    dataDir,
    resourcesDir: resolve(import.meta.dirname, '../../../resources'),
    enginesDir: join(dataDir, 'engines'),
    readerWorker: await bundleEntry('src-main/core/store/reader-worker.ts'),
    nvmlWorker: await bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts'),
    launcher: {
      launch: () => {
        throw new Error('no program can be started here');
      },
      adopt: () => {
        throw new Error('nothing is adopted here');
      },
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

/** The texts of the events of a scope as a page has them, and a way to wait for a state of them. */
function page(client: RpcClient, scope: { kinds?: string[]; devices?: string[]; limit?: number }) {
  let events: ReturnType<typeof reduceEvents> = [];
  let frames = 0;
  let look: () => void = () => undefined;
  client.subscribe('events.live', scope, {
    onFrame: (frame: EventFrame, first) => {
      frames++;
      events = reduceEvents(events, frame, first, scope.limit ?? 1_000);
      look();
    },
  });
  const until = (enough: (kinds: readonly string[]) => boolean): Promise<void> =>
    new Promise((done) => {
      look = () => frames > 0 && enough(events.map(({ kind }) => kind)) && done();
      look();
    });
  return { until, list: () => events };
}

it('events come by themselves to who listens: notes written, changed and taken away, settings, removed devices', async () => {
  let client = await open();
  const all = page(client, {});
  const ofSettings = page(client, { kinds: ['settings.*'] });
  await all.until(() => true);
  const note = await client.call('events.annotate', { atMs: 5_000, device: 'room', text: 'new filters' });
  await all.until((kinds) => kinds.includes('note'));
  await client.call('events.revise', { id: note.id, atMs: 6_000, device: 'room', text: 'new filters and belts' });
  await client.call('settings.set', { tariff: { pricePerKwh: 0.31, currency: 'EUR' } });
  await client.call('settings.set', { ui: { ...defaultSettings.ui, theme: 'dark' } });
  await client.call('settings.set', { power: { excludedDevices: ['gpu7'] } });
  await all.until((kinds) => ['settings.changed', 'power.scope'].every((kind) => kinds.includes(kind)));
  expect(all.list().find(({ id }) => id === note.id)).toMatchObject({ atMs: 6_000, text: 'new filters and belts', by: 'person' });
  await ofSettings.until((kinds) => kinds.length > 0);
  expect(ofSettings.list()).toMatchObject([{ kind: 'settings.changed', by: 'person', values: { sections: 'tariff' }, device: 'settings' }]);

  await client.call('events.remove', { id: note.id });
  await all.until((kinds) => !kinds.includes('note'));
  const before = all.list();
  await core?.close();
  client = await open();
  const again = page(client, {});
  await again.until((kinds) => kinds.length >= before.length);
  expect(again.list()).toEqual(before);
});

it('a run that fails, and one that was stopped while it waited, are told of on the run', async () => {
  const client = await open();
  const ofRuns = page(client, { kinds: ['run.*'] });
  await ofRuns.until(() => true);
  const { runId } = await client.call('runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params: shippedParams('mnist-mlp') });
  await ofRuns.until((kinds) => kinds.includes('run.failed'));
  expect(ofRuns.list()).toMatchObject([{ kind: 'run.failed', device: `run/${runId}`, severity: 'critical' }]);
  const answer = await client.call('events.query', { devices: [`run/${runId}`] });
  expect(answer.events).toEqual(ofRuns.list());
});

it('the processes and the ledger say when they are new', async () => {
  const client = await open();
  const processes = await new Promise<number>((done) => {
    client.subscribe('processes.live', {}, { onFrame: ({ processes: rows }) => rows.length > 0 && done(rows.length) });
  });
  expect(processes).toBeGreaterThan(0);
  let frames = 0;
  await new Promise<void>((done) => {
    client.subscribe('energy.changed', {}, { onFrame: () => void (++frames === 2 && done()) });
  });
  const { rows } = await client.call('energy.query', {
    by: 'accounts',
    fromMs: Date.now() - 3_600_000,
    toMs: Date.now(),
    step: 'total',
    timeZone: 'UTC',
  });
  expect(rows.length).toBeGreaterThan(0);
}, 60_000);
