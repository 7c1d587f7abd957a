import { z } from 'zod';
import { Bytes } from '../model/binary';
import { IMPORT_CHUNK_BYTES, ImportPlan, ImportPreview, ImportRemark, ImportState } from '../model/import';
import { command, nothing, stream } from './define';

const importId = z.object({ id: z.string().min(1).max(40) });

export const importsCommands = {
  /** Lets a person choose a file on this machine in a dialog of the runtime; null = they chose none. Only where `import.live` says so. */
  'import.choose': command(nothing, z.object({ id: z.string().nullable() })),
  /** A file that the page is to send; the same file again goes on where it was. */
  'import.beginUpload': command(
    z.object({ name: z.string().min(1).max(255), bytes: z.number().int().positive(), modifiedMs: z.number() }),
    z.object({ id: z.string(), receivedBytes: z.number() }),
  ),
  /** Its next chunk, IMPORT_CHUNK_BYTES at most; fails with `conflict` when it does not begin where the last ended. */
  'import.chunk': command(
    importId.extend({
      offset: z.number().int().nonnegative(),
      bytes: Bytes.refine(({ byteLength }) => byteLength > 0 && byteLength <= IMPORT_CHUNK_BYTES, 'too large a chunk, or none'),
    }),
    z.object({ receivedBytes: z.number() }),
  ),
  /** Begins an import, or goes on with it; answered at once. One runs at a time: `conflict`. */
  'import.start': command(importId.extend({ plan: ImportPlan }), nothing),
  /** How a file would be read by this plan. */
  'import.preview': command(importId.extend({ plan: ImportPlan }), ImportPreview),
  /** Answered when it stands. */
  'import.stop': command(importId, nothing),
  /** Takes it off the list, with its report. What is in the database stays. */
  'import.forget': command(importId, nothing),
} as const;

export const importsStreams = {
  'import.live': stream(nothing, ImportState),
  /** What an import could not take, as text in chunks: a line for each line of the file, by its number. Ends when done. */
  'import.report': stream(z.object({ id: z.string().min(1).max(40) }), z.object({ lines: z.array(ImportRemark) })),
} as const;
