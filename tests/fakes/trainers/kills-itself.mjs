// Killed from outside, as the kernel does when memory runs out.
import { batch, begin, hello } from './lib.mjs';

await begin();
hello();
batch(1);
console.error('memory is getting short');
process.kill(process.pid, 'SIGKILL');
