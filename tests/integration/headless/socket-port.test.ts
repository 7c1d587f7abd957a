import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { sizeOf } from '@shared/rpc/encode';
import { RpcClient } from '@shared/rpc/client';
import { flowLimits, serve } from '@shared/rpc/server';
import { pumped } from '../../../src-main/core/api/live';
import { socketPort } from '../../../src-main/hosts/serve/socket-port';
import { socketPort as pagePort } from '../../../src-renderer/rpc/ports';
import { stubApi } from '../../unit/shared/rpc/support';
import type { Api } from '@shared/rpc/api';
import type { AddressInfo } from 'node:net';

// A real socket pair over loopback. The system itself buffers some MB, so the pieces are large.
const piece = new Uint8Array(1024 * 1024);

let server: WebSocketServer;
let near: WebSocket;
let far: WebSocket;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { maxPayload: 64 * 1024 * 1024 });
  [near] = (await accepted) as [WebSocket];
  await (far.readyState === far.OPEN ? null : once(far, 'open'));
});
afterEach(async () => {
  far.terminate();
  near.terminate();
  await new Promise((done) => server.close(done));
});

const live = { sinceMs: 0, seriesIds: null };
const column = new Float64Array(64 * 1024);
const frame = { atMs: column, seriesIds: Uint32Array.of(1), values: column };

/** An api whose backlog has `count` frames of a megabyte; `taken` tells how many were made. */
function backlogOf(count: number): { readonly api: Api; readonly taken: () => number } {
  let taken = 0;
  const api = stubApi({
    streams: {
      'telemetry.live': (_params, sink) =>
        pumped(
          sink,
          async function* () {
            for (let i = 0; i < count; i++) {
              taken += 1;
              yield await Promise.resolve(frame);
            }
          },
          () => new AppError('internal', 'failed'),
        ),
    },
  });
  return { api, taken: () => taken };
}

describe('a page that does not read', () => {
  it('never has more on its way than its credit, and gets all once it reads', async () => {
    const { api, taken } = backlogOf(64);
    serve(
      socketPort(near, () => undefined),
      api,
      { log: () => undefined },
    );
    const credit = Math.ceil(flowLimits.stream / sizeOf(frame));
    far.on('error', () => undefined);
    far.send(JSON.stringify({ t: 'subscribe', id: 900, name: 'telemetry.live', params: live }));
    await once(far, 'message');
    far.pause();
    for (let i = 0; i < 50; i++) await new Promise((turn) => setTimeout(turn, 2));
    expect(taken()).toBe(credit);
    expect(near.bufferedAmount).toBeLessThanOrEqual(flowLimits.stream + sizeOf(frame));

    far.resume();
    const client = new RpcClient();
    const ended = new Promise((done) => client.subscribe('telemetry.live', live, { onFrame: () => undefined, onEnd: done }));
    client.attach(pagePort(far as unknown as globalThis.WebSocket));
    expect(await ended).toBeNull();
    expect(taken()).toBe(credit + 64);
    client.dispose();
  });

  it('is closed when it says that it read what it did not', async () => {
    const log: string[] = [];
    const port = socketPort(near, (text) => log.push(text), 24 * 1024 * 1024);
    let closed = 0;
    port.onClose(() => (closed += 1));
    far.pause();
    for (let i = 0; i < 80 && closed === 0; i++) {
      port.post({ t: 'ok', id: 1, bytes: 0, output: piece });
      await new Promise((turn) => setImmediate(turn));
    }
    expect(closed).toBe(1);
    expect(log).toEqual([expect.stringContaining('does not read')]);
    port.post({ t: 'ok', id: 2, bytes: 0, output: null });
  });
});

describe('what is no message', () => {
  it.each([
    ['text', 'junk'],
    ['bytes', Uint8Array.of(9, 9, 9, 9, 9)],
  ])('of %s closes the connection', async (_what, junk) => {
    // prettier-ignore
    const log: string[] = [];
    socketPort(near, (text) => log.push(text));
    far.send(junk);
    const [code] = (await once(far, 'close')) as [number];
    expect(code).toBe(1007);
    expect(log).toEqual(["closed a page's connection: what it sent is no message"]);
  });
});

describe('either side', () => {
  it('hears that the other is gone', async () => {
    const port = socketPort(near, () => undefined);
    const closed = new Promise<void>((done) => port.onClose(done));
    far.terminate();
    await closed;
  });

  it('closes in order', async () => {
    const port = socketPort(near, () => undefined);
    port.close();
    const [code] = (await once(far, 'close')) as [number];
    expect(code).toBe(1000);
  });
});
