import { z } from 'zod';
import { ExportEntry, ExportRequest } from '../model/export';
import { command, nothing, stream } from './define';

const exportId = z.object({ id: z.string().min(1).max(64) });

export const exportsCommands = {
  /**
   * Begins an export; answered at once, what comes of it is told by `exports.live`. Where the runtime has dialogs, a person chooses
   * the file and the core writes it: `id` null = they chose none. Elsewhere `url` is where the browser fetches it, once.
   */
  'export.start': command(ExportRequest, z.object({ id: z.string().nullable(), url: z.string().nullable() })),
  /** Ends it and removes what was written. One that is over stays as it is. */
  'export.cancel': command(exportId, nothing),
  /** Takes one that is over off the list; the file stays. */
  'export.forget': command(exportId, nothing),
  /** Shows the file in its folder; only where its entry says so. */
  'export.show': command(exportId, nothing),
} as const;

export const exportsStreams = {
  /** Those under way and the newest that are over, oldest first; at once, then as they get on. */
  'exports.live': stream(nothing, z.object({ exports: z.array(ExportEntry) })),
} as const;
