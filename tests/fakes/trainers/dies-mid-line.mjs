// Dies in the middle of a word.
import { begin, hello, raw } from './lib.mjs';

await begin();
hello();
raw('{"t":"epoch","epoch":1,"lo');
process.exit(3);
