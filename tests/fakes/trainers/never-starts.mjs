// Takes its orders and says nothing.
import { begin, linger } from './lib.mjs';

await begin();
linger();
