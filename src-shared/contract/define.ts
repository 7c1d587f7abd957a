import { z } from 'zod';

/** One command of the contract: the schemas of what it is asked with and of what it answers. */
export const command = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): { input: I; output: O } => ({ input, output });

/** One stream of the contract: the schemas of its parameters and of each of its frames. */
export const stream = <P extends z.ZodType, F extends z.ZodType>(params: P, frame: F): { params: P; frame: F } => ({ params, frame });

export const nothing = z.object({});
