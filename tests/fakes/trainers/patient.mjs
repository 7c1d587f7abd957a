// Trains for ever, stops when asked.
import { batch, begin, hello, linger, plan, say } from './lib.mjs';

await begin((request) => {
  if (request.t !== 'stop') return;
  say({ t: 'stopped' });
  process.exit(0);
});
hello();
plan();
batch(1);
linger();
