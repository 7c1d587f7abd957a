import { describe, expect, it } from 'vitest';
import { CancellationSource } from '@shared/rpc/cancellation';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { serve } from '@shared/rpc/server';
import { serveRaw, settings, settle, stubApi } from './support';
import { telemetryFrame } from '../../../helpers/telemetry-frame';
import type { TelemetryFrame } from '@shared/contract/telemetry';
import type { FrameSink } from '@shared/rpc/api';
import type { ServerMessage } from '@shared/rpc/wire';

const PIECE = 1_000;
const limits = { stream: 10 * PIECE, port: 25 * PIECE };
const live = { sinceMs: 0, seriesIds: null };
const SIZE = 59;
/** A frame of about a thousand bytes; its first time is its number. */
const large = (number: number): TelemetryFrame => {
  const column = Array.from({ length: SIZE }, () => number);
  return telemetryFrame(column, [1], [column]);
};

/** A stream that has `count` frames to send and waits for the page between two, like an export. */
function pouring(count: number, sent: number[]) {
  return (_params: unknown, sink: FrameSink<TelemetryFrame>) => {
    let stopped = false;
    void (async () => {
      for (let i = 1; i <= count && !stopped; i++) {
        await sink.ready();
        if (stopped) return;
        sent.push(i);
        sink.push(large(i));
      }
      sink.end();
    })();
    return { dispose: () => void (stopped = true) };
  };
}

describe('a stream with much to send', () => {
  it('sends what the page has credit for, and goes on with each bit that it read', async () => {
    const sent: number[] = [];
    const raw = serveRaw(stubApi({ streams: { 'telemetry.live': pouring(100, sent) } }), { limits });
    raw.port.post({ t: 'subscribe', id: 1, name: 'telemetry.live', params: live });
    await settle();
    const first = raw.received[0] as Extract<ServerMessage, { t: 'frame' }>;
    const credit = Math.ceil(limits.stream / first.bytes);
    expect(sent).toHaveLength(credit);
    await settle();
    expect(raw.received).toHaveLength(credit);

    raw.port.post({ t: 'read', id: 1, bytes: 3 * first.bytes });
    await settle();
    expect(sent).toHaveLength(credit + 3);
    // More than was sent is no credit for later.
    raw.port.post({ t: 'read', id: 1, bytes: Number.MAX_SAFE_INTEGER });
    await settle();
    expect(sent).toHaveLength(2 * credit + 3);
  });

  it('holds up no other stream, until all together have too much on the way', async () => {
    const sent: number[][] = [[], [], []];
    let next = 0;
    const raw = serveRaw(
      stubApi({ streams: { 'telemetry.live': (params, sink) => pouring(100, sent[next++] ?? [])(params, sink) } }),
      { limits }, // prettier-ignore
    );
    for (const id of [1, 2, 3]) {
      raw.port.post({ t: 'subscribe', id, name: 'telemetry.live', params: live });
      await settle();
    }
    const first = raw.received[0] as Extract<ServerMessage, { t: 'frame' }>;
    const credit = Math.ceil(limits.stream / first.bytes);
    expect(sent.map(({ length }) => length)).toEqual([credit, credit, Math.ceil(limits.port / first.bytes) - 2 * credit]);
    // What another stream gives up goes to those that wait.
    raw.port.post({ t: 'unsubscribe', id: 1 });
    await settle();
    expect(sent[0]).toHaveLength(credit);
    expect(sent[2]).toHaveLength(credit);
  });

  it('comes whole to a client that reads, and waits while its listener is busy with a frame', async () => {
    const [near, far] = createPortPair();
    const sent: number[] = [];
    serve(far, stubApi({ streams: { 'telemetry.live': pouring(3_000, sent) } }), {
      log: () => undefined,
      limits: { stream: 400_000, port: 900_000 },
    });
    const client = new RpcClient();
    client.attach(near);
    const got: number[] = [];
    let release = (): void => undefined;
    const busy = new Promise<void>((done) => (release = done));
    const ended = new Promise((done) => {
      client.subscribe('telemetry.live', live, {
        onFrame: ({ atMs }) => {
          got.push(atMs[0] ?? NaN);
          return busy;
        },
        onEnd: done,
      });
    });
    await settle();
    await settle();
    const sentWhileBusy = sent.length;
    expect(sentWhileBusy).toBeLessThan(3_000);
    await settle();
    expect(sent).toHaveLength(sentWhileBusy);
    release();
    expect(await ended).toBeNull();
    expect(got).toEqual(Array.from({ length: 3_000 }, (_, i) => i + 1));
    client.dispose();
  });
});

describe('a live stream to a page that does not read', () => {
  it('leaves frames out, and says so by their number once the page reads again', async () => {
    let sink: FrameSink<TelemetryFrame> | undefined;
    let stops = 0;
    const raw = serveRaw(
      stubApi({
        streams: {
          'telemetry.live': (_params, out) => {
            sink = out;
            return { dispose: () => (stops += 1) };
          },
        },
      }),
      { limits },
    );
    raw.port.post({ t: 'subscribe', id: 1, name: 'telemetry.live', params: live });
    await settle();
    for (let i = 1; i <= 500; i++) sink?.push(large(i));
    await settle();
    const sent = raw.received.length;
    expect(sent).toBeLessThan(12);
    raw.port.post({ t: 'read', id: 1, bytes: (raw.received[0] as { bytes: number }).bytes });
    await settle();
    expect(raw.received.slice(sent)).toEqual([{ t: 'end', id: 1, frames: 500, error: null }]);
    expect(stops).toBe(1);
  });

  it('is whole again at the client: it subscribes anew from what it has', async () => {
    const [near, far] = createPortPair();
    const sinks: FrameSink<TelemetryFrame>[] = [];
    const since: number[] = [];
    const api = stubApi({
      streams: {
        'telemetry.live': (params, sink) => {
          since.push(params.sinceMs);
          sinks.push(sink);
          return { dispose: () => undefined };
        },
      },
    });
    serve(far, api, { log: () => undefined, limits: { stream: 300_000, port: 900_000 } });
    const client = new RpcClient();
    client.attach(near);
    let newest = 0;
    let release = (): void => undefined;
    let busy: Promise<void> | null = new Promise<void>((done) => (release = done));
    client.subscribe('telemetry.live', () => ({ sinceMs: newest, seriesIds: null }), {
      onFrame: ({ atMs }) => {
        newest = atMs[0] ?? 0;
        return busy;
      },
    });
    await settle();
    for (let i = 1; i <= 1_000; i++) sinks[0]?.push(large(i));
    await settle();
    expect(newest).toBeLessThan(1_000);
    expect(since).toEqual([0]);
    busy = null;
    release();
    await settle();
    expect(since).toEqual([0, newest]);
    sinks[1]?.push(large(1_001));
    await settle();
    expect(newest).toBe(1_001);
    client.dispose();
  });
});

describe('answers to a page that does not read', () => {
  const notes = 'x'.repeat(20_000);
  const bigApi = (begun: number[]) =>
    stubApi({
      commands: {
        'log.read': () => {
          begun.push(begun.length + 1);
          return { path: null, text: notes };
        },
        'settings.get': () => settings,
      },
    });

  it('begins no more calls than there is room for, and the rest in order as it reads', async () => {
    const begun: number[] = [];
    const raw = serveRaw(bigApi(begun), { limits });
    for (let id = 1; id <= 6; id++) {
      raw.port.post({ t: 'call', id, name: 'log.read', input: {} });
      await settle();
    }
    expect(begun).toHaveLength(2);
    raw.port.post({ t: 'call', id: 7, name: 'settings.get', input: {} });
    await settle();
    raw.port.post({ t: 'cancel', id: 6 });
    await settle();
    expect(raw.received.map((message) => (message as { id: number }).id)).toEqual([1, 2, 6]);
    for (const id of [1, 2, 3, 4, 5]) {
      raw.port.post({ t: 'read', id, bytes: notes.length });
      await settle();
    }
    expect(begun).toHaveLength(5);
    expect(raw.received.map((message) => (message as { id: number }).id).sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('keeps no account of small ones', async () => {
    const raw = serveRaw(bigApi([]), { limits });
    for (let id = 1; id <= 200; id++) raw.port.post({ t: 'call', id, name: 'settings.get', input: {} });
    await settle();
    expect(raw.received).toHaveLength(200);
    expect(raw.received[0]).toEqual({ t: 'ok', id: 1, bytes: 0, output: settings });
  });

  it('a client reads them also when it no longer waits for them', async () => {
    const [near, far] = createPortPair();
    const begun: number[] = [];
    serve(far, bigApi(begun), { log: () => undefined, limits });
    const client = new RpcClient();
    client.attach(near);
    for (let i = 0; i < 10; i++) {
      const source = new CancellationSource();
      const call = client.call('log.read', {}, source.token);
      if (i % 2 === 0) {
        await Promise.resolve().then(() => Promise.resolve());
        source.cancel();
        await call.catch(() => undefined);
      } else expect((await call).text).toBe(notes);
    }
    client.dispose();
  });
});
