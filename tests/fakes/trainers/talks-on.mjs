// Repeats itself and goes on after its last word.
import { batch, begin, epoch, hello, plan, result } from './lib.mjs';

await begin();
hello();
plan();
batch(2, 1, 3);
batch(3, 4);
epoch();
epoch();
result();
batch(5);
process.exit(0);
