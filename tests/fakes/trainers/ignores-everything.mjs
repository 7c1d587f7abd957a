// Hears neither stop nor SIGTERM, and has a child that does not either. Its child's pid is in its log.
import { spawn } from 'node:child_process';
import { begin, hello, linger, say } from './lib.mjs';

process.on('SIGTERM', () => undefined);
const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); process.stdout.write('up'); setInterval(() => {}, 1000)"], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
await begin();
child.stdout.once('data', () => {
  say({ t: 'log', text: `child ${child.pid}` });
  hello();
});
linger();
