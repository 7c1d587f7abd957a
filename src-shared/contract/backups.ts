import { z } from 'zod';
import { BackupState } from '../model/backup';
import { command, nothing, stream } from './define';

export const backupsCommands = {
  /** A consistent copy of the database into the folder of backups; answered when it is made and checked. It goes on when the page is gone. */
  'backup.create': command(nothing, z.object({ name: z.string() })),
  /** Checks a backup and lays it ready; the next start puts it in the database's place and sets that aside. */
  'backup.restore': command(z.object({ name: z.string().min(1).max(255) }), nothing),
  /** Gives up the copy under way and removes what was written of it. */
  'backup.cancel': command(nothing, nothing),
  /** Forgets how the last copy ended. */
  'backup.dismiss': command(nothing, nothing),
  /** Shows a backup in its folder; only where `backup.live` says so. */
  'backup.show': command(z.object({ name: z.string().min(1).max(255) }), nothing),
  /** Gives up the restore that waits for the next start. */
  'backup.unstage': command(nothing, nothing),
} as const;

export const backupsStreams = {
  'backup.live': stream(nothing, BackupState),
} as const;
