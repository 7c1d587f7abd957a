import { z } from 'zod';
import { SECRET_MAX_LENGTH, SECRET_MIN_LENGTH, SecretId, SecretRecord } from '../model/secret';
import { command, nothing } from './define';

/** Credentials go in and never come out: what uses one names it by its id. */
export const secretsCommands = {
  /** Keeps it encrypted, in place of one of the same id. Fails with `storage-failed` where none can be kept. */
  'secrets.set': command(z.object({ id: SecretId, value: z.string().min(SECRET_MIN_LENGTH).max(SECRET_MAX_LENGTH) }), nothing),
  'secrets.list': command(nothing, z.object({ secrets: z.array(SecretRecord) })),
  /** Fails with `not-found` for one that is not there (any more). */
  'secrets.remove': command(z.object({ id: SecretId }), nothing),
} as const;
