import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StreamFrame } from '@shared/contract';
import type { CollectorInfo } from '@shared/model/collector';
import { english } from '@shared/text/message';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { coreServices, createCore, type Core } from '../../../src-main/core/core';
import { Redactor } from '../../../src-main/core/secrets/redactor';
import { defineService } from '../../../src-main/core/service';
import { collectorKinds } from '../../../src-main/core/telemetry/collectors';
import { tcpKind, TcpMeter } from '../../fakes/tcp-meter';
import { bundleEntry } from '../../helpers/bundle';

let dataDir = '';
let core: Core | null = null;
let meters: TcpMeter[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-collectors-'));
  meters = await Promise.all([TcpMeter.listen(), TcpMeter.listen()]);
});
afterEach(async () => {
  await core?.close();
  core = null;
  await Promise.all(meters.map((meter) => meter.close()));
  await rm(dataDir, { recursive: true, force: true });
});

/** The core with one kind more than it has: one file and one line of its list. */
async function open(redactor = new Redactor()) {
  const kinds = defineService({ name: 'collectorKinds', needs: [], start: () => [...collectorKinds, tcpKind] });
  core = await createCore(
    {
      dataDir,
      resourcesDir: resolve(import.meta.dirname, '../../../resources'),
      enginesDir: join(dataDir, 'engines'),
      readerWorker: await bundleEntry('src-main/core/store/reader-worker.ts'),
      nvmlWorker: await bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts'),
      launcher: {
        launch: () => {
          throw new Error('nothing is started here');
        },
        adopt: () => {
          throw new Error('nothing is adopted here');
        },
      },
      runtime: 'headless',
      version: '0.0.0',
      secrets: { redactor, keyFile: null, systemKeys: null },
      log: () => undefined,
    },
    coreServices.map((service) => (service.name === kinds.name ? kinds : service)),
  );
  const client = new RpcClient();
  const [near, far] = createPortPair();
  client.attach(near);
  core.connect(far);
  let frame: StreamFrame<'collectors.live'> = { kinds: [], collectors: [] };
  let look: () => void = () => undefined;
  client.subscribe(
    'collectors.live',
    {},
    {
      onFrame: (next) => {
        frame = next;
        look();
      },
    },
  );
  const of = (id: string): CollectorInfo | undefined => frame.collectors.find((one) => one.id === id);
  const until = (enough: () => boolean): Promise<void> =>
    new Promise((done) => {
      look = () => void (enough() && done());
      look();
    });
  return { client, of, until, kinds: () => frame.kinds };
}

/** The values that were recorded of the meter's series, oldest first. */
async function recorded(client: RpcClient, device: string): Promise<(number | null)[]> {
  const { series } = await client.call('series.list', {});
  const own = series.find((one) => one.device === device && one.metric === 'tcp.power');
  if (!own) return [];
  const { columns } = await client.call('history.query', { seriesIds: [own.id], fromMs: 0, toMs: Date.now() + 1_000, maxPoints: 10_000 });
  return [...(columns[0]?.mean ?? [])].map((value) => (Number.isNaN(value) ? null : value));
}

it('a feed is tried, added, set anew, switched off and on, and removed while all goes on; a restart finds it as it was', async () => {
  let { client, of, until, kinds } = await open();
  const [first, second] = meters as [TcpMeter, TcpMeter];
  await until(() => of('cpu')?.condition === 'ok');
  expect(kinds().find(({ id }) => id === 'tcp')).toMatchObject({ isFeed: true, canTest: true });
  const settings = { port: first.port };
  const add = (given: Record<string, string | number>) => client.call('collectors.add', { kind: 'tcp', name: 'Meter A', settings: given });

  // What is refused changes nothing.
  await expect(add({})).rejects.toThrow('Port: a value is needed');
  await expect(add({ ...settings, device: 'gpu0' })).rejects.toThrow('Device: a meter is no GPU');
  await expect(client.call('collectors.add', { kind: 'cpu', name: 'CPU', settings: {} })).rejects.toThrow('a part of this machine');
  const tried = await client.call('collectors.test', { kind: 'tcp', settings });
  expect(tried.readings).toEqual([
    { device: 'sensor/power/tcp', label: 'Meter', metric: 'tcp.power', value: 100, provenance: 'measured', raw: '', why: null, atMs: null },
  ]);
  await expect(client.call('collectors.test', { kind: 'tcp', settings: { port: 1 } })).rejects.toThrow('ECONNREFUSED');

  const { id } = await add(settings);
  expect(id).toBe('tcp-1');
  await until(() => of(id)?.condition === 'ok' && of(id)?.lastValues === 1);
  expect((await client.call('doctor.report', {})).items.find((item) => item.id === `sensor.${id}`)?.detail).toBe(`port ${first.port}`);
  const [connection] = first.open;

  // Another factor is taken over in the connection that there is; another port is another connection.
  await client.call('collectors.set', { id, settings: { factor: 3 } });
  const answeredMs = of(id)?.lastAtMs ?? 0;
  await until(() => (of(id)?.lastAtMs ?? 0) > answeredMs + 1_500);
  expect([...first.open]).toEqual([connection]);
  second.powerW = 7;
  await client.call('collectors.set', { id, settings: { port: second.port, factor: 1 } });
  await until(() => second.open.size === 1 && of(id)?.condition === 'ok');
  expect(first.open.size).toBe(0);

  await client.call('collectors.set', { id, enabled: false });
  await until(() => of(id)?.condition === 'off');
  const off = await recorded(client, 'sensor/power/tcp');
  expect(off).toEqual(expect.arrayContaining([100, 300, 7]));
  expect(off.at(-1)).toBeNull();
  await client.call('collectors.set', { id, enabled: true, name: 'Meter B' });
  await until(() => of(id)?.condition === 'ok');

  // What does not answer is failing, and touches no other.
  await second.close();
  await until(() => of(id)?.condition === 'failing');
  expect(of('cpu')?.condition).toBe('ok');
  expect(english(of(id)?.error ?? '')).toContain('ECONNREFUSED');

  await core?.close();
  ({ client, of, until, kinds } = await open());
  await until(() => of(id)?.condition === 'failing');
  expect(of(id)).toMatchObject({ name: 'Meter B', enabled: true, settings: { port: second.port, device: 'sensor/power/tcp', factor: 1 } });
  await client.call('collectors.remove', { id });
  await until(() => of(id) === undefined);
  expect((await client.call('doctor.report', {})).items.some((item) => item.id === `sensor.${id}`)).toBe(false);
  await expect(client.call('collectors.set', { id, enabled: false })).rejects.toThrow('there is no source tcp-1');
  const { events } = await client.call('events.query', { devices: [`collector/${id}`], kinds: ['collector.*'] });
  expect(events.map(({ kind, text, by }) => [kind, english(text), by])).toEqual([
    ['collector.added', 'Meter A was added as a source', 'person'],
    ['collector.changed', 'the settings of Meter A were changed', 'person'],
    ['collector.changed', 'the settings of Meter A were changed', 'person'],
    ['collector.changed', 'Meter A was switched off', 'person'],
    ['collector.changed', 'Meter B was switched on', 'person'],
    ['collector.removed', 'Meter B was removed as a source', 'person'],
  ]);
});

it('what a source fails with, and what is told of it, holds no secret', async () => {
  const [meter] = meters as [TcpMeter];
  const redactor = new Redactor();
  const { client, of, until } = await open(redactor);
  // The words of the system about it quote this.
  const secret = `127.0.0.1:${meter.port}`;
  redactor.add('meter', secret);
  await meter.close();
  const { id } = await client.call('collectors.add', { kind: 'tcp', name: `at ${secret}`, settings: { port: meter.port } });
  await until(() => of(id)?.condition === 'failing');
  expect(of(id)?.error).toBe('connect ECONNREFUSED [secret meter]');
  const { events } = await client.call('events.query', { kinds: ['collector.added'] });
  expect(events.map(({ text }) => english(text))).toEqual([expect.stringContaining('at [secret meter]')]);
});

it('a source of this machine has settings of its own, taken over while it runs; one that is switched off stays off', async () => {
  let { client, of, until } = await open();
  await until(() => of('processes')?.condition === 'ok');
  const processes = (): Promise<number> =>
    new Promise((done) => {
      const listening = client.subscribe(
        'processes.live',
        {},
        {
          onFrame: ({ processes: rows }) => {
            if (rows.length === 0 || rows.length > 2) return;
            listening.dispose();
            done(rows.length);
          },
        },
      );
    });
  await expect(client.call('collectors.set', { id: 'processes', settings: { most: 0 } })).rejects.toThrow('must be at least 1');
  await expect(client.call('collectors.set', { id: 'cpu', settings: { period: 5 } })).rejects.toThrow('no such parameter');
  await client.call('collectors.set', { id: 'processes', settings: { everyS: 5, most: 1 } });
  // One with the most CPU time and one with the most memory.
  expect(await processes()).toBeLessThanOrEqual(2);
  await client.call('collectors.set', { id: 'network', enabled: false });
  await until(() => of('network')?.condition === 'off');

  await core?.close();
  ({ client, of, until } = await open());
  await until(() => of('processes')?.condition === 'ok');
  expect(of('network')).toMatchObject({ enabled: false, condition: 'off', lastValues: 0 });
  expect(of('processes')?.settings).toEqual({ everyS: 5, most: 1 });
});
