// Takes its orders and says nothing.
import { firstRequest, linger } from './lib.mjs';

await firstRequest();
linger();
