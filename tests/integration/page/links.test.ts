import { MessageChannel } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket as NodeSocket } from 'ws';
import type { Disposable } from '@shared/base/disposable';
import { RpcClient } from '@shared/rpc/client';
import { QueuePort } from '@shared/rpc/queue-port';
import { startConsoleServer, type ConsoleServer } from '../../../src-main/hosts/serve/console-server';
import { openDesktopLink } from '../../../src-renderer/rpc/desktop-link';
import { openHeadlessLink } from '../../../src-renderer/rpc/headless-link';
import type { Link } from '../../../src-renderer/rpc/link';
import { startTestCore, type TestCore } from '../../helpers/test-core';

/** Waits as long as a busy machine may need; the answer is not a question of time. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000 });

let room: TestCore;
beforeAll(async () => {
  room = await startTestCore({ scenario: 'workstation' });
});
afterAll(() => room.close());

describe('the headless link, over the console’s real sockets', () => {
  let server: ConsoleServer;
  let client: RpcClient;
  let link: Link | null = null;
  const refusals: string[] = [];
  const served: Disposable[] = [];

  const listen = (port: number): Promise<ConsoleServer> =>
    startConsoleServer({
      port,
      rendererDir: room.dataDir,
      connect: (page) => void served.push(room.core.connect(page)),
      download: () => null,
      log: (level, text) => void refusals.push(`${level} ${text}`),
    });

  const open = (token: string | null): Link =>
    openHeadlessLink(client, {
      url: `ws://127.0.0.1:${server.port}/rpc`,
      token: () => token,
      openSocket: (url, protocols) => {
        const socket = new NodeSocket(url, protocols, { origin: `http://127.0.0.1:${server.port}` });
        // A page hears of a refusal by `close` alone.
        socket.on('error', () => undefined);
        return socket as unknown as WebSocket;
      },
      reachable: () =>
        fetch(server.address, { method: 'HEAD' }).then(
          () => true,
          () => false,
        ),
      now: Date.now,
    });

  beforeEach(async () => {
    refusals.length = 0;
    server = await listen(0);
    client = new RpcClient();
  });

  afterEach(async () => {
    link?.dispose();
    link = null;
    client.dispose();
    await server.close();
  });

  it('connects with its token and answers calls', async () => {
    link = open(server.token);
    await soon(() => expect(link?.state.get().kind).toBe('online'));
    expect(await client.call('app.info', {})).toMatchObject({ version: '0.0.0', runtime: 'headless', scenario: 'workstation' });
    expect(refusals).toEqual([]);
  });

  it('says that it has no token, without trying', () => {
    link = open(null);
    expect(link.state.get()).toEqual({ kind: 'no-token' });
    expect(client.connected).toBe(false);
  });

  it('says that its token was refused, and stops trying', async () => {
    link = open('wrong-wrong-wrong-wrong');
    await soon(() => expect(link?.state.get().kind).toBe('refused'));
    expect(refusals).toEqual(['warn refused a connection: its token is wrong']);
  });

  it('waits for a core that went away and is whole again when it is back', async () => {
    link = open(server.token);
    await soon(() => expect(link?.state.get().kind).toBe('online'));
    const firsts: boolean[] = [];
    client.subscribe('settings.live', {}, { onFrame: (_, first) => firsts.push(first) });
    await soon(() => expect(firsts).toEqual([true]));
    const states: string[] = [];
    link.state.subscribe(() => states.push(link!.state.get().kind));
    served.splice(0).forEach((connection) => connection.dispose());
    await soon(() => expect(states).toEqual(['lost', 'online']));
    await soon(() => expect(firsts).toEqual([true, true]));
  });

  it('is refused by a console that began anew, whose token is another', async () => {
    const { port, token } = server;
    link = open(token);
    await soon(() => expect(link?.state.get().kind).toBe('online'));
    await server.close();
    await soon(() => expect(link?.state.get().kind).toBe('lost'));
    server = await listen(port);
    await soon(() => expect(link?.state.get().kind).toBe('refused'));
    link.dispose();
    link = open(server.token);
    await soon(() => expect(link?.state.get().kind).toBe('online'));
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
    room.core.connect(far);
    deliver(page, page, 'coldaisle:port', [port1]);
    expect(link.state.get()).toEqual({ kind: 'online' });
    expect((await client.call('app.info', {})).runtime).toBe('headless');
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
