// Dies in the middle of a word.
import { begin, hello, raw } from './lib.mjs';

await begin();
hello();
raw('{"t":"scalars","step":[4],"va');
process.exit(3);
