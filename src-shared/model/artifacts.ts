import { z } from 'zod';

/** Files of one run that are listed; all of them count. */
export const ARTIFACTS_LISTED_MAX = 200;
/** Files that are counted; of more only that there are more is told. */
export const ARTIFACTS_COUNTED_MAX = 100_000;

/** What a run's program left in the folder for it. */
export const RunArtifacts = z.object({
  /** The folder, on the machine of the core. */
  path: z.string(),
  /** The largest, largest first; paths from the folder on, with slashes. */
  files: z.array(z.object({ path: z.string(), bytes: z.number(), atMs: z.number() })),
  count: z.number(),
  bytes: z.number(),
  /** False: there are more files than were counted. */
  complete: z.boolean(),
});
export type RunArtifacts = z.infer<typeof RunArtifacts>;
