// One line of 64 MiB on each channel, then the result.
import { begin, hello, raw, result } from './lib.mjs';

await begin();
hello();
const piece = 'y'.repeat(1024 * 1024);
raw('{"t":"log","text":"');
for (let i = 0; i < 64; i++) raw(piece);
raw('"}\n');
result();
process.exit(0);
