// Has its result and does not go.
import { begin, hello, linger, result } from './lib.mjs';

await begin();
hello();
result();
linger();
