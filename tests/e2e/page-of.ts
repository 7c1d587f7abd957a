import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { toDisposable } from '@shared/base/disposable';
import { serve } from '@shared/rpc/server';
import { WebSocketServer } from 'ws';
import { readPageFile } from '../../src-main/hosts/page-files';
import { socketPort } from '../../src-main/hosts/serve/socket-port';
import { createPageCore } from '../fakes/page-core';
import type { Scenario } from '../fakes/page-core-signals';
import { repo } from './support';

/** The built page over a pretended core, for what no machine at hand can be brought to say. */
export async function servePage(scenario: Scenario): Promise<{ readonly url: string; close(): Promise<void> }> {
  const every = (ms: number, tick: () => void) => {
    const timer = setInterval(tick, ms);
    return toDisposable(() => clearInterval(timer));
  };
  const api = createPageCore({ scenario, now: Date.now, every });
  const http = createServer((request, response) => {
    const { port } = http.address() as AddressInfo;
    void readPageFile(join(repo, 'out', 'renderer'), (request.url ?? '/').split('?')[0] ?? '/', [`ws://127.0.0.1:${port}`]).then((file) => {
      if (file) response.writeHead(200, { ...file.headers }).end(file.body);
      else response.writeHead(404).end();
    });
  });
  const gate = new WebSocketServer({ server: http, path: '/rpc', handleProtocols: () => 'coldaisle.v2' });
  gate.on('connection', (socket) => {
    const note = (text: string): void => void process.stderr.write(`${text}\n`);
    serve(socketPort(socket, note), api, { log: (level, text) => note(`${level} ${text}`) });
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/#token=pretended-token-0000`,
    async close() {
      for (const socket of gate.clients) socket.terminate();
      gate.close();
      http.closeAllConnections();
      await new Promise((closed) => http.close(closed));
    },
  };
}
