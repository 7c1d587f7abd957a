import { z } from 'zod';
import { RunImportProgress, RunImportResult } from '../model/run-import';
import { command, nothing, stream } from './define';

/** A folder that may be read: pages name it by its id, for whoever could name any folder could read it. */
export const ImportFolder = z.object({ id: z.string(), path: z.string() });
export type ImportFolder = z.infer<typeof ImportFolder>;

/** Keeping what a program left elsewhere as a run. */
export const runImportsCommands = {
  /** Lets the person choose a folder of this machine; null = they chose none. Fails with `invalid-input` where there is no dialog. */
  'runImports.choose': command(nothing, z.object({ folder: ImportFolder.nullable() })),
  /** The terminal's: takes a path. Fails with `unauthorized` for a page, `not-found` where there is no such folder. */
  'runImports.open': command(z.object({ path: z.string().min(1).max(4096) }), ImportFolder),
} as const;

export const runImportsStreams = {
  /**
   * Reads a folder and, with `keep`, keeps its scalars as a run: how far it is, and at last the result. It ends then; whoever leaves
   * it before stops it. Fails with `not-found` for a folder that was not chosen here.
   */
  'runImports.read': stream(
    z.object({ id: z.string(), keep: z.boolean() }),
    RunImportProgress.extend({
      result: RunImportResult.nullable(),
      /** What is to be said of the files since the frame before. */
      notices: z.array(z.string()),
    }),
  ),
} as const;
