import { z } from 'zod';

/** Files of one run that are listed, the largest; all of them count. */
export const MADE_FILES_LISTED_MAX = 500;

const made = {
  /** From the folder on, with slashes. */
  path: z.string(),
  bytes: z.number(),
  /** When it was written last. */
  atMs: z.number(),
  /** It was made meanwhile; false: it was there before, and was written to. Null: this file system does not tell. */
  isNew: z.boolean().nullable(),
};

/** Why not all of a folder was looked at: it holds too much, lies too deep, took too long, or is not there or not for us to read. */
export const MadeFilesBound = z.enum(['entries', 'depth', 'time', 'unreadable']);
export type MadeFilesBound = z.infer<typeof MadeFilesBound>;

const listed = {
  /** The folder that the program ran in, on the machine of the core. */
  folder: z.string(),
  /** Files that were written from then on count … */
  fromMs: z.number(),
  /** … until then; null: it is under way. */
  toMs: z.number().nullable(),
  count: z.number().int(),
  bytes: z.number(),
  bounds: z.array(MadeFilesBound),
};

/** The files of a program's folder that were made or written to while it ran, by whomever: no system tells who wrote a file. */
export const MadeFiles = z.object({ ...listed, files: z.array(z.object(made)) });
export type MadeFiles = z.infer<typeof MadeFiles>;

/** The same, beside what became of each since: `same` as the run left it, written to again, or gone. */
export const MadeFilesNow = z.object({
  ...listed,
  files: z.array(z.object({ ...made, now: z.enum(['same', 'changed', 'gone']) })),
});
export type MadeFilesNow = z.infer<typeof MadeFilesNow>;
export type MadeFileNow = MadeFilesNow['files'][number];
