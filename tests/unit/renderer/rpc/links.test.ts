import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket as NodeSocket, WebSocketServer } from 'ws';
import { RpcClient } from '@shared/rpc/client';
import { QueuePort } from '@shared/rpc/queue-port';
import { serve } from '@shared/rpc/server';
import { socketPort } from '../../../../src-main/hosts/serve/socket-port';
import { openDesktopLink } from '../../../../src-renderer/rpc/desktop-link';
import { openHeadlessLink } from '../../../../src-renderer/rpc/headless-link';
import type { Link } from '../../../../src-renderer/rpc/link';
import { createPageCore } from '../../../fakes/page-core';
import { TestClock } from '../wired';

vi.setConfig({ testTimeout: 30_000 });
/** Waits as long as a busy machine may need; the answer is not a question of time. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 25_000 });
const TOKEN = 'right-right-right-right';
const clock = new TestClock();
const api = createPageCore({ scenario: 'bare', now: clock.now, every: clock.every });

describe('the headless link, over real sockets', () => {
  let http: Server;
  let gate: WebSocketServer;
  let port: number;
  let client: RpcClient;
  let link: Link | null = null;

  const listen = async (at: number): Promise<number> => {
    gate = new WebSocketServer({ noServer: true, handleProtocols: () => 'coldaisle.v2' });
    http = createServer((_, response) => response.end());
    http.on('upgrade', (request, stream, head) => {
      if (!(request.headers['sec-websocket-protocol'] ?? '').includes(`token.${TOKEN}`)) {
        stream.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
        return;
      }
      gate.handleUpgrade(request, stream, head, (socket) => {
        serve(
          socketPort(socket, () => undefined),
          api,
          { log: () => undefined },
        );
      });
    });
    await new Promise<void>((resolve) => http.listen(at, '127.0.0.1', resolve));
    return (http.address() as AddressInfo).port;
  };

  const close = async (): Promise<void> => {
    for (const socket of gate.clients) socket.terminate();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };

  const open = (token: string | null): Link =>
    openHeadlessLink(client, {
      url: `ws://127.0.0.1:${port}/rpc`,
      token: () => token,
      openSocket: (url, protocols) => {
        const socket = new NodeSocket(url, protocols);
        // A page hears of a refusal by `close` alone.
        socket.on('error', () => undefined);
        return socket as unknown as WebSocket;
      },
      reachable: () =>
        fetch(`http://127.0.0.1:${port}/`, { method: 'HEAD' }).then(
          () => true,
          () => false,
        ),
      now: Date.now,
    });

  beforeEach(async () => {
    port = await listen(0);
    client = new RpcClient();
  });

  afterEach(async () => {
    link?.dispose();
    link = null;
    client.dispose();
    await close();
  });

  it('connects with its token and answers calls', async () => {
    link = open(TOKEN);
    await soon(() => expect(link?.state.get().kind).toBe('online'));
    expect((await client.call('app.info', {})).version).toBe('0.1.0');
  });

  it('says that it has no token, without trying', () => {
    link = open(null);
    expect(link.state.get()).toEqual({ kind: 'no-token' });
    expect(client.connected).toBe(false);
  });

  it('says that its token was refused, and stops trying', async () => {
    link = open('wrong-wrong-wrong-wrong');
    await soon(() => expect(link?.state.get().kind).toBe('refused'));
  });

  it('waits for a core that went away and is whole again when it is back', async () => {
    link = open(TOKEN);
    await soon(() => expect(link?.state.get().kind).toBe('online'));
    let frames = 0;
    client.subscribe('settings.live', {}, { onFrame: () => (frames += 1) });
    await soon(() => expect(frames).toBe(1));
    await close();
    await soon(() => expect(link?.state.get().kind).toBe('lost'));
    port = await listen(port);
    await soon(() => expect(link?.state.get().kind).toBe('online'));
    await soon(() => expect(frames).toBe(2));
  });
});

describe('the desktop link, over a real message channel', () => {
  const deliver = (page: EventTarget, source: unknown, data: unknown, ports: unknown[]): void => {
    page.dispatchEvent(Object.assign(new Event('message'), { source, data, ports }));
  };

  it('takes the port that its own window brings, and says when it is gone', async () => {
    const page = new EventTarget();
    const client = new RpcClient();
    const link = openDesktopLink(client, page as unknown as Window);
    expect(link.state.get()).toEqual({ kind: 'connecting' });
    const { port1, port2 } = new MessageChannel();
    const far = new QueuePort({ send: (message) => port2.postMessage(message), close: () => port2.close() });
    port2.on('message', (message) => far.receive(message));
    serve(far, api, { log: () => undefined });
    deliver(page, page, 'coldaisle:port', [port1]);
    expect(link.state.get()).toEqual({ kind: 'online' });
    expect((await client.call('app.info', {})).host).toBe('headless');
    port2.close();
    await soon(() => expect(link.state.get()).toEqual({ kind: 'lost', retryAtMs: null }));
    link.dispose();
    client.dispose();
  });

  it('takes no port from another window or under another name', () => {
    const page = new EventTarget();
    const client = new RpcClient();
    const link = openDesktopLink(client, page as unknown as Window);
    const { port1 } = new MessageChannel();
    deliver(page, new EventTarget(), 'coldaisle:port', [port1]);
    deliver(page, page, 'something else', [port1]);
    deliver(page, page, 'coldaisle:port', []);
    expect(client.connected).toBe(false);
    port1.close();
    link.dispose();
    client.dispose();
  });
});
