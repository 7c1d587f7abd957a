// Says what nobody can read between what everybody can, and claims success.
import { batch, begin, hello, plan, raw, result, say } from './lib.mjs';

await begin();
hello();
plan();
raw('{"t":"scalars","st\n');
raw('not json at all \u0000\u001b[31m\n');
raw('[]\n');
say({ t: 'a-word-of-tomorrow' });
say({ t: 'scalars', step: [1, 2], atMs: [1], values: { 'train/loss': [] } });
batch(1, 2);
result();
process.exit(0);
