// Fails in order: says why.
import { begin, say } from './lib.mjs';

await begin();
say({ t: 'failed', code: 'engine-unavailable', message: 'no such engine here' });
process.exit(1);
