// Ends by itself, in order, and leaves a child behind that ignores SIGTERM. The child's pid and the names of the environment
// that the trainer was given are in its log.
import { spawn } from 'node:child_process';
import { batch, begin, epoch, hello, plan, result, say } from './lib.mjs';

const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); process.stdout.write('up'); setInterval(() => {}, 1000)"], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
await begin();
child.stdout.once('data', () => {
  say({ t: 'log', text: `child ${child.pid}` });
  say({ t: 'log', text: `env ${Object.keys(process.env).sort().join(' ')}` });
  hello();
  plan();
  batch(1, 2, 3, 4);
  epoch();
  result();
  process.exit(0);
});
