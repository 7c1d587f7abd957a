// Serves the window from source against the pretended core, for looking at it: node tests/fakes/page-core-dev.mjs [gpus|bare|empty] [port]
import { createServer as createHttpServer } from 'node:http';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { WebSocketServer } from 'ws';

const scenario = process.argv[2] ?? 'bare';
const port = Number(process.argv[3] ?? 4600);
const root = resolve(import.meta.dirname, '../..');
const token = 'development-token-0000';

const http = createHttpServer();
const vite = await createServer({
  configFile: false,
  root: resolve(root, 'src-renderer'),
  plugins: [react()],
  resolve: { alias: { '@shared': resolve(root, 'src-shared') } },
  server: { middlewareMode: true, hmr: { server: http }, fs: { allow: [root] } },
  appType: 'spa',
  logLevel: 'warn',
});
const { createPageCore } = await vite.ssrLoadModule(resolve(root, 'tests/fakes/page-core.ts'));
const { serve } = await vite.ssrLoadModule(resolve(root, 'src-shared/rpc/server.ts'));
const { QueuePort } = await vite.ssrLoadModule(resolve(root, 'src-shared/rpc/queue-port.ts'));

const api = createPageCore({
  scenario,
  now: Date.now,
  every: (ms, tick) => {
    const timer = setInterval(tick, ms);
    return { dispose: () => clearInterval(timer) };
  },
});
const gate = new WebSocketServer({ noServer: true, handleProtocols: () => 'coldaisle.v2' });
http.on('request', (request, response) => vite.middlewares(request, response));
http.on('upgrade', (request, stream, head) => {
  if (request.url !== '/rpc') return;
  if (!(request.headers['sec-websocket-protocol'] ?? '').includes(`token.${token}`)) {
    stream.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    return;
  }
  gate.handleUpgrade(request, stream, head, (socket) => {
    const own = new QueuePort({ send: (message) => socket.send(JSON.stringify(message)), close: () => socket.close() });
    socket.on('message', (data) => own.receive(JSON.parse(String(data))));
    socket.on('close', () => own.closed());
    serve(own, api, { log: (level, text) => process.stderr.write(`${level} ${text}\n`) });
  });
});
http.listen(port, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${port}/#token=${token}\n`));
