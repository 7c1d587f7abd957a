// Ends well, without a result.
import { begin, hello } from './lib.mjs';

await begin();
hello();
process.exit(0);
