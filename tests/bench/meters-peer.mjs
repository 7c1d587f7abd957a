// Meters of the bench, in a process of their own: Modbus TCP on a port each, and HTTP on one. Prints the ports; ends with its input.
import { createServer } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { once } from 'node:events';

const count = Number(process.argv[2]);
let answered = 0;
const noise = () => Math.random() - 0.5;

/** @param {import('node:net').Socket} socket answers each request whole, as a meter of eight registers does */
function modbus(socket) {
  let received = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (part) => {
    received = Buffer.concat([received, part]);
    for (; received.length >= 12; received = received.subarray(12)) {
      const words = received.readUInt16BE(10);
      const frame = Buffer.alloc(9 + words * 2);
      received.copy(frame, 0, 0, 4);
      frame.writeUInt16BE(3 + words * 2, 4);
      received.copy(frame, 6, 6, 8);
      frame.writeUInt8(words * 2, 8);
      const values = [460 + noise() * 40, 2300 + noise() * 20, 200 + noise() * 18, 98, 5000 + noise() * 8];
      for (let i = 0; i < words; i++) frame.writeUInt16BE(Math.round(values[i] ?? 0), 9 + i * 2);
      answered++;
      socket.write(frame);
    }
  });
}

const servers = Array.from({ length: count }, () => createTcp(modbus).listen(0, '127.0.0.1'));
const http = createServer((_request, response) => {
  answered++;
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ power: 460 + noise() * 40, voltage: 230 + noise() * 2, current: 2 + noise() / 5, total: Date.now() / 1e6 }));
}).listen(0, '127.0.0.1');
await Promise.all([...servers, http].map((server) => once(server, 'listening')));
process.stdout.write(`${JSON.stringify({ modbus: servers.map((server) => server.address().port), http: http.address().port })}\n`);
// Asked by a line, it tells how often it answered.
process.stdin.on('data', () => process.stdout.write(`${answered}\n`));
process.stdin.on('end', () => process.exit(0));
