import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { socketPort } from '../../../src-main/hosts/serve/socket-port';
import type { AddressInfo } from 'node:net';

// A real socket pair over loopback. The system itself buffers some MB, so the pieces are large.
const limits = { dropFramesAbove: 8 * 1024 * 1024, closeAbove: 24 * 1024 * 1024 };
const piece = 'x'.repeat(1024 * 1024);

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

const frame = (seq: number): object => ({ t: 'frame', id: 1, seq, frame: piece });

describe('a page that does not read', () => {
  it('loses frames, never an answer, and gets all again once it reads', async () => {
    const port = socketPort(near, () => undefined, limits);
    const got: { t: string; seq?: number }[] = [];
    far.on('message', (data) => got.push(JSON.parse(String(data)) as { t: string; seq?: number }));
    far.pause();
    let posted = 0;
    while (near.bufferedAmount <= limits.dropFramesAbove) {
      port.post(frame(++posted));
      await new Promise((turn) => setImmediate(turn));
    }
    const kept = posted;
    for (let i = 0; i < 10; i++) port.post(frame(++posted));
    expect(near.bufferedAmount).toBeLessThan(limits.dropFramesAbove + 2 * piece.length);
    port.post({ t: 'ok', id: 2, output: null });
    let roomy = false;
    const ready = port.ready().then(() => (roomy = true));
    await new Promise((turn) => setTimeout(turn, 20));
    expect(roomy).toBe(false);

    far.resume();
    await ready;
    port.post(frame(++posted));
    while (got.at(-1)?.seq !== posted) await once(far, 'message');
    expect(got.map(({ t, seq }) => (t === 'frame' ? seq : t))).toEqual([...Array.from({ length: kept }, (_, i) => i + 1), 'ok', posted]);
  });

  it('is closed when even its answers pile up, and `ready` lets go', async () => {
    const log: string[] = [];
    const port = socketPort(near, (text) => log.push(text), limits);
    let closed = 0;
    port.onClose(() => (closed += 1));
    far.pause();
    const answer = { t: 'ok', id: 1, output: piece };
    let ready: Promise<void> | null = null;
    for (let i = 0; i < 80 && closed === 0; i++) {
      port.post(answer);
      if (near.bufferedAmount > limits.dropFramesAbove) ready ??= port.ready();
      await new Promise((turn) => setImmediate(turn));
    }
    await ready;
    expect(closed).toBe(1);
    expect(log).toEqual([expect.stringContaining('does not read')]);
    port.post(answer);
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
