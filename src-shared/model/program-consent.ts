import { z } from 'zod';

/** A person's word, given on the machine itself, that pages may have programs started: in a dialog of the desktop, or at a terminal. */
export const ConsentRecord = z.object({ atMs: z.number(), by: z.enum(['desktop', 'terminal']) });
export type ConsentRecord = z.infer<typeof ConsentRecord>;
