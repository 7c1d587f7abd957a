import { z } from 'zod';
import { ErrorCode } from '../contract/errors';
import { Message } from '../text/message';

/** A copy of the whole database, by the name of its file in the folder of backups. */
export const Backup = z.object({ name: z.string(), bytes: z.number(), madeAtMs: z.number() });
export type Backup = z.infer<typeof Backup>;

/** `restore`: a backup is laid ready for the next start. */
const CopyKind = z.enum(['backup', 'restore']);

/** The backups of a data folder, and what is being done with them. */
export const BackupState = z.object({
  /** Where they lie. A file put there by hand can be restored too. */
  folder: z.string(),
  /** Newest first. */
  backups: z.array(Backup),
  /** What is being copied and checked now; both in bytes. */
  job: z.object({ kind: CopyKind, name: z.string(), doneBytes: z.number(), totalBytes: z.number() }).nullable(),
  /** How the last of them ended, until it is dismissed or another begins; `error` null = well. A cancelled one leaves none. */
  outcome: z
    .object({ kind: CopyKind, name: z.string(), bytes: z.number(), error: z.object({ code: ErrorCode, message: Message }).nullable() })
    .nullable(),
  /** Whether the runtime can show a backup in its folder. */
  canShow: z.boolean(),
  /** The backup that takes the database's place at the next start, checked; null = none waits. */
  staged: z.string().nullable(),
  /** Files of the databases that earlier restores have set aside, in the data folder. */
  setAside: z.array(z.string()),
});
export type BackupState = z.infer<typeof BackupState>;
