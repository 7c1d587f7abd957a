import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import { CancellationSource } from '@shared/rpc/cancellation';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { serve } from '@shared/rpc/server';
import { settings, settle, stubApi } from './support';
import { telemetryFrame } from '../../../helpers/telemetry-frame';
import type { Api, FrameSink } from '@shared/rpc/api';
import type { Disposable } from '@shared/base/disposable';
import type { Port } from '@shared/rpc/port';

function connect(client: RpcClient, api: Api): Disposable {
  const [near, far] = createPortPair();
  serve(far, api, { log: () => undefined });
  return client.attach(near);
}

/** The far end in the test's own hand. */
function connectRaw(client: RpcClient): { port: Port; received: Record<string, unknown>[] } {
  const [near, far] = createPortPair();
  const received: Record<string, unknown>[] = [];
  far.onMessage((message) => received.push(message as Record<string, unknown>));
  client.attach(near);
  return { port: far, received };
}

const never = new Promise<never>(() => undefined);

describe('RpcClient: calls', () => {
  it('calls and gets the checked output', async () => {
    const client = new RpcClient();
    connect(client, stubApi({ commands: { 'settings.set': (patch) => ({ ...settings, tariff: patch.tariff ?? settings.tariff }) } }));
    const tariff = { pricePerKwh: 0.3, currency: 'CNY' };
    await expect(client.call('settings.set', { tariff })).resolves.toEqual({ ...settings, tariff });
    client.dispose();
  });

  it('rejects with the core’s error', async () => {
    const client = new RpcClient();
    connect(client, stubApi({ commands: { 'runs.delete': () => Promise.reject(new AppError('conflict', 'still running')) } }));
    await expect(client.call('runs.delete', { runId: 'r' })).rejects.toMatchObject({
      name: 'AppError',
      code: 'conflict',
      message: 'still running',
    });
    client.dispose();
  });

  it('rejects with what the core said, for whoever shows it to translate', async () => {
    const client = new RpcClient();
    const localized = message('message.run.unfinished', { run: 'r' });
    connect(client, stubApi({ commands: { 'runs.delete': () => Promise.reject(new AppError('conflict', localized)) } }));
    await expect(client.call('runs.delete', { runId: 'r' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'Run r is not finished: stop it first',
      localized,
    });
    client.dispose();
  });

  it('rejects as `disconnected` without a port, when it closes, and when detached', async () => {
    const client = new RpcClient();
    const states: boolean[] = [];
    client.onConnected((connected) => states.push(connected));
    await expect(client.call('settings.get', {})).rejects.toMatchObject({ code: 'disconnected' });

    const raw = connectRaw(client);
    expect(client.connected).toBe(true);
    const pending = client.call('settings.get', {});
    raw.port.close();
    await expect(pending).rejects.toMatchObject({ code: 'disconnected' });
    expect(client.connected).toBe(false);

    const attached = connect(client, stubApi({ commands: { 'settings.get': () => never } }));
    const second = client.call('settings.get', {});
    attached.dispose();
    await expect(second).rejects.toMatchObject({ code: 'disconnected' });
    expect(states).toEqual([true, false, true, false]);
  });

  it('cancels at once, tells the core, and ignores its late answer', async () => {
    const client = new RpcClient();
    const raw = connectRaw(client);
    const source = new CancellationSource();
    const pending = client.call('settings.get', {}, source.token);
    source.cancel();
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
    await settle();
    const [call, cancel] = raw.received;
    expect(cancel).toEqual({ t: 'cancel', id: call?.['id'] });
    raw.port.post({ t: 'ok', id: call?.['id'], bytes: 0, output: settings });
    await settle();
    await expect(client.call('settings.get', {}, source.token)).rejects.toMatchObject({ code: 'cancelled' });
    expect(raw.received).toHaveLength(2);
    client.dispose();
  });

  it('rejects an answer that breaks its schema and one it cannot read at all', async () => {
    const client = new RpcClient();
    const raw = connectRaw(client);
    const first = client.call('settings.get', {});
    const second = client.call('settings.get', {});
    await settle();
    raw.port.post({ t: 'ok', id: raw.received[0]?.['id'], bytes: 0, output: { tariff: 'none' } });
    raw.port.post({ t: 'err', id: raw.received[1]?.['id'], error: { code: 'from-the-future', message: 'x' } });
    await expect(first).rejects.toMatchObject({ code: 'internal' });
    await expect(second).rejects.toMatchObject({ code: 'internal' });
    client.dispose();
  });

  it('ignores junk', async () => {
    const client = new RpcClient();
    const raw = connectRaw(client);
    for (const junk of [
      null,
      1,
      'x',
      { t: 'ok' },
      { t: 'frame', id: 77, seq: 1, bytes: 9, frame: {} },
      { t: 'end', id: 78, frames: 0, error: null },
    ])
      raw.port.post(junk);
    await settle();
    expect(client.connected).toBe(true);
    client.dispose();
  });

  it('is silent for ever once disposed, and closes ports given to it', async () => {
    const client = new RpcClient();
    client.dispose();
    client.dispose();
    const [near, far] = createPortPair();
    let closed = false;
    far.onClose(() => (closed = true));
    client.attach(near);
    client.subscribe('settings.live', {}, { onFrame: () => undefined });
    await expect(client.call('settings.get', {})).rejects.toMatchObject({ code: 'disconnected' });
    await settle();
    expect(closed).toBe(true);
  });
});

describe('RpcClient: subscriptions', () => {
  const live = (sinks: FrameSink<typeof settings>[], stops: number[] = []): Api =>
    stubApi({
      streams: {
        'settings.live': (_params, sink) => {
          const index = sinks.push(sink);
          sink.push(settings);
          return { dispose: () => stops.push(index) };
        },
      },
    });

  it('marks the first frame, hears the next, and unsubscribes when disposed', async () => {
    const sinks: FrameSink<typeof settings>[] = [];
    const stops: number[] = [];
    const client = new RpcClient();
    const firsts: boolean[] = [];
    const handle = client.subscribe('settings.live', {}, { onFrame: (_frame, first) => firsts.push(first) });
    connect(client, live(sinks, stops));
    await settle();
    sinks[0]?.push(settings);
    await settle();
    handle.dispose();
    handle.dispose();
    await settle();
    sinks[0]?.push(settings);
    await settle();
    expect(firsts).toEqual([true, false]);
    expect(stops).toEqual([1]);
    client.dispose();
  });

  it('subscribes anew on the next port, with parameters of that moment', async () => {
    const client = new RpcClient();
    const firsts: boolean[] = [];
    let since = 1;
    let ended = 0;
    client.subscribe('telemetry.live', () => ({ sinceMs: since, seriesIds: null }), {
      onFrame: (_frame, first) => firsts.push(first),
      onEnd: () => (ended += 1),
    });
    const seen: number[] = [];
    const api = stubApi({
      streams: {
        'telemetry.live': (params, sink) => {
          seen.push(params.sinceMs);
          sink.push(telemetryFrame([], [], []));
          return { dispose: () => undefined };
        },
      },
    });
    const first = connect(client, api);
    await settle();
    since = 500;
    first.dispose();
    await settle();
    connect(client, api);
    await settle();
    expect(seen).toEqual([1, 500]);
    expect(firsts).toEqual([true, true]);
    expect(ended).toBe(0);
    client.dispose();
  });

  it('a new port takes over from the old one, which is closed', async () => {
    const client = new RpcClient();
    const old = connectRaw(client);
    let closed = false;
    old.port.onClose(() => (closed = true));
    const pending = client.call('settings.get', {});
    const sinks: FrameSink<typeof settings>[] = [];
    connect(client, live(sinks));
    await expect(pending).rejects.toMatchObject({ code: 'disconnected' });
    await settle();
    expect(closed).toBe(true);
    expect(client.connected).toBe(true);
    client.dispose();
  });

  it('subscribes anew when a number was skipped, also the last one before the end', async () => {
    const client = new RpcClient();
    const frames: boolean[] = [];
    const ends: (AppError | null)[] = [];
    client.subscribe('import.report', { id: 'a' }, { onFrame: (_frame, first) => frames.push(first), onEnd: (error) => ends.push(error) });
    const raw = connectRaw(client);
    await settle();
    const idOf = (index: number): unknown => raw.received[index]?.['id'];
    raw.port.post({ t: 'frame', id: idOf(0), seq: 1, bytes: 9, frame: { lines: [] } });
    raw.port.post({ t: 'frame', id: idOf(0), seq: 3, bytes: 9, frame: { lines: [] } });
    raw.port.post({ t: 'frame', id: idOf(0), seq: 4, bytes: 9, frame: { lines: [] } });
    await settle();
    expect(raw.received.slice(1)).toMatchObject([
      { t: 'unsubscribe', id: idOf(0) },
      { t: 'subscribe', name: 'import.report' },
    ]);
    expect(frames).toEqual([true]);

    raw.port.post({ t: 'frame', id: idOf(2), seq: 1, bytes: 9, frame: { lines: [] } });
    raw.port.post({ t: 'end', id: idOf(2), frames: 2, error: null });
    await settle();
    expect(ends).toEqual([]);
    raw.port.post({ t: 'frame', id: idOf(3), seq: 1, bytes: 9, frame: { lines: [] } });
    raw.port.post({ t: 'frame', id: idOf(3), seq: 2, bytes: 9, frame: { lines: [] } });
    raw.port.post({ t: 'end', id: idOf(3), frames: 2, error: null });
    await settle();
    expect(frames).toEqual([true, true, true, false]);
    expect(ends).toEqual([null]);
    expect(raw.received).toHaveLength(4);
    client.dispose();
  });

  it('ends for good when the core says so, with its error', async () => {
    const client = new RpcClient();
    const ends: (AppError | null)[] = [];
    client.subscribe('run.live', { runId: 'gone' }, { onFrame: () => undefined, onEnd: (error) => ends.push(error) });
    const api = stubApi({
      streams: {
        'run.live': () => {
          throw new AppError('not-found', 'no such run');
        },
      },
    });
    const first = connect(client, api);
    await settle();
    expect(ends).toMatchObject([{ code: 'not-found' }]);
    first.dispose();
    connect(client, api);
    await settle();
    expect(ends).toHaveLength(1);
    client.dispose();
  });

  it('ends a subscription whose frame breaks its schema instead of asking for it again and again', async () => {
    const client = new RpcClient();
    const ends: (AppError | null)[] = [];
    client.subscribe('settings.live', {}, { onFrame: () => undefined, onEnd: (error) => ends.push(error) });
    const raw = connectRaw(client);
    await settle();
    raw.port.post({ t: 'frame', id: raw.received[0]?.['id'], seq: 1, bytes: 9, frame: { tariff: null } });
    await settle();
    expect(ends).toMatchObject([{ code: 'internal' }]);
    expect(raw.received.slice(1)).toMatchObject([{ t: 'unsubscribe' }]);
    client.dispose();
  });
});
