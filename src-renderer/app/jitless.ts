import { config } from 'zod';

// The page's policy forbids eval; told so before the first schema is made, zod does not even try.
config({ jitless: true });
