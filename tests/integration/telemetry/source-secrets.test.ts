import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StreamFrame, StreamName } from '@shared/contract';
import { english } from '@shared/text/message';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { createCore, type Core } from '../../../src-main/core/core';
import { Redactor } from '../../../src-main/core/secrets/redactor';
import { Exporter } from '../../fakes/exporter';
import { bundleEntry } from '../../helpers/bundle';
import { noLauncher } from '../../helpers/no-launcher';

const TOKEN = 'Zk3-token-of-the-exporter';
const OTHER = 'Qx9-another-token-of-it';

let folder = '';
let core: Core | null = null;
let exporter: Exporter;
let logged: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldaisle-sources-'));
  exporter = await Exporter.listen();
  exporter.authorization = `Bearer ${TOKEN}`;
  logged = [];
});
afterEach(async () => {
  await core?.close();
  core = null;
  await exporter.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<RpcClient> {
  core = await createCore({
    dataDir: join(folder, 'data'),
    resourcesDir: resolve(import.meta.dirname, '../../../resources'),
    enginesDir: join(folder, 'engines'),
    readerWorker: await bundleEntry('src-main/core/store/reader-worker.ts'),
    nvmlWorker: await bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts'),
    launcher: noLauncher,
    runtime: 'headless',
    version: '0.0.0',
    secrets: { redactor: new Redactor(), keyFile: join(folder, 'config', 'key'), systemKeys: null },
    log: (_, text, fields) => void logged.push(`${text} ${JSON.stringify(fields ?? {})}`),
  });
  const client = new RpcClient();
  const [near, far] = createPortPair();
  client.attach(near);
  core.connect(far);
  return client;
}

/** The frame of a stream that is as wanted, once it has come. */
function until<N extends StreamName>(client: RpcClient, name: N, wanted: (frame: StreamFrame<N>) => boolean): Promise<StreamFrame<N>> {
  return new Promise((done, fail) => {
    const listening = client.subscribe(name, {} as never, {
      onFrame: (frame) => {
        if (!wanted(frame)) return;
        listening.dispose();
        done(frame);
      },
      onEnd: (error) => fail(error ?? new Error('the stream ended')),
    });
  });
}
const secretsOf = (client: RpcClient) => client.call('secrets.list', {}).then(({ secrets }) => secrets);
const settings = (given: object = {}) => ({ url: exporter.url, everyS: 1, node: 'node-07', auth: 'bearer', ...given });

it('a secret of a source is tried unkept, kept with it, used, replaced and removed with it; the settings hold its id alone', async () => {
  let client = await open();
  const token = { token: TOKEN };

  // Nothing of a trial is kept, and what it fails with does not tell what was typed.
  await expect(client.call('collectors.test', { kind: 'prometheus', settings: settings() })).rejects.toThrow('Token: a value is needed');
  await expect(client.call('collectors.test', { kind: 'prometheus', settings: settings(), secrets: { token: OTHER } })).rejects.toThrow(
    /refuses the sign-in \(HTTP 401\)/,
  );
  const tried = await client.call('collectors.test', { kind: 'prometheus', settings: settings(), secrets: token });
  expect(tried.readings).toEqual([
    {
      device: 'node/node-07/gpu0',
      label: 'NVIDIA H100 80GB HBM3',
      metric: 'gpu.power',
      provenance: 'measured',
      value: 312.5,
      raw: '',
      why: null,
      atMs: null,
    },
    {
      device: 'node/node-07/gpu1',
      label: 'NVIDIA H100 80GB HBM3',
      metric: 'gpu.power',
      provenance: 'measured',
      value: 98.1,
      raw: '',
      why: null,
      atMs: null,
    },
    { device: 'node/node-07', label: '', metric: 'host.load1', provenance: 'measured', value: 4.25, raw: '', why: null, atMs: null },
  ]);
  expect(await secretsOf(client)).toEqual([]);
  await expect(
    client.call('collectors.add', { kind: 'prometheus', name: 'x', settings: settings(), secrets: { url: TOKEN } }),
  ).rejects.toThrow('Address is no secret');

  const { id } = await client.call('collectors.add', { kind: 'prometheus', name: 'node-07', settings: settings(), secrets: token });
  const { collectors } = await until(client, 'collectors.live', (frame) =>
    frame.collectors.some((one) => one.id === id && one.series === 3),
  );
  expect(collectors.find((one) => one.id === id)).toMatchObject({
    condition: 'ok',
    lastValues: 3,
    settings: { token: `sources/${id}/token`, user: null, password: null },
  });
  expect(await secretsOf(client)).toMatchObject([
    { id: `sources/${id}/token`, isReadable: true, usedBy: [{ source: id, name: 'node-07', param: { id: 'message.feed.token' } }] },
  ]);

  // The exporter has another token: told by the source, mended by typing it, and after a restart still known.
  exporter.authorization = `Bearer ${OTHER}`;
  const failing = await until(client, 'collectors.live', (frame) => frame.collectors.some((one) => one.id === id && one.error !== null));
  expect(english(failing.collectors.find((one) => one.id === id)?.error ?? '')).toMatch(/^127\.0\.0\.1:\d+ refuses the sign-in/);
  await client.call('collectors.set', { id, secrets: { token: OTHER } });
  await until(client, 'collectors.live', (frame) => frame.collectors.some((one) => one.id === id && one.condition === 'ok'));
  await core?.close();
  client = await open();
  await until(client, 'collectors.live', (frame) => frame.collectors.some((one) => one.id === id && one.condition === 'ok'));

  // A secret of its own name, which several may use, takes its place; the source's own goes.
  await client.call('secrets.set', { id: 'rack-3', value: OTHER });
  await client.call('collectors.set', { id, settings: { token: 'rack-3' } });
  const shared = await until(client, 'secrets.live', ({ secrets }) => secrets.length === 1);
  expect(shared).toMatchObject({ keeping: { state: 'works' }, secrets: [{ id: 'rack-3', usedBy: [{ source: id }] }] });
  await client.call('collectors.set', { id, secrets: { token: OTHER } });
  await client.call('collectors.remove', { id });
  await until(client, 'secrets.live', ({ secrets }) => secrets.length === 1 && secrets[0]?.usedBy.length === 0);
  expect((await secretsOf(client)).map((secret) => secret.id)).toEqual(['rack-3']);

  await core?.close();
  core = null;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const all = [...files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1')), logged.join('\n')].join('\n');
  for (const value of [TOKEN, OTHER]) expect(all).not.toContain(value);
});

it('says what to look at when nothing answers, when the path is another, and when what answers is no exporter', async () => {
  const client = await open();
  exporter.authorization = null;
  const test = (given: object) => client.call('collectors.test', { kind: 'prometheus', settings: settings({ auth: 'none', ...given }) });
  await expect(test({ url: exporter.url.replace('metrics', 'metric') })).rejects.toThrow('HTTP 404');
  await expect(test({ url: 'http://127.0.0.1:1/metrics' })).rejects.toThrow(/refuses the connection|cannot be read/);
  await expect(test({ url: 'ftp://somewhere/metrics' })).rejects.toThrow('must be an address like http://host:port/path');
  await expect(test({ url: exporter.url.replace('//', '//user:hunter22@') })).rejects.toThrow('must hold no user name and no password');
  exporter.text = '<html>\n<body>Sign in</body>';
  await expect(test({})).rejects.toThrow('is not in the format of Prometheus');
  exporter.text = 'unheard_of 1\n';
  await expect(test({})).rejects.toThrow('tells nothing that is taken');
  // What is named is taken, under a device of the feed's own, never one of this machine.
  expect((await test({ node: null, metrics: ['unheard*'] })).readings).toEqual([
    { device: 'sensor/prometheus-1', label: '', metric: 'unheard_of', provenance: 'measured', value: 1, raw: '', why: null, atMs: null },
  ]);
});
