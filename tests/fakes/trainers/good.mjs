// Says everything a trainer should, and ends.
import { batch, begin, epoch, hello, plan, print, result } from './lib.mjs';

await begin();
print('hello from stdout');
hello();
plan();
batch(1, 2);
batch(3, 4);
epoch();
result();
process.exit(0);
