import { z } from 'zod';

/** Those made here have 12 characters; another version may make longer ones. */
export const RunId = z.string().min(1).max(200);
