import { z } from 'zod';
import { SecretId, SecretInfo, SecretKeeping, SecretValue } from '../model/secret';
import { command, nothing, stream } from './define';

/** Credentials go in and never come out: what uses one names it by its id. */
export const secretsCommands = {
  /** Keeps it encrypted, in place of one of the same id. Fails with `storage-failed` where none can be kept. */
  'secrets.set': command(z.object({ id: SecretId, value: SecretValue }), nothing),
  'secrets.list': command(nothing, z.object({ secrets: z.array(SecretInfo) })),
  /** Fails with `not-found` for one that is not there (any more). */
  'secrets.remove': command(z.object({ id: SecretId }), nothing),
} as const;

export const secretsStreams = {
  /** All at once, then whenever one is set or removed, or another source uses one. Ends with `storage-failed` where they cannot be read. */
  'secrets.live': stream(nothing, z.object({ secrets: z.array(SecretInfo), keeping: SecretKeeping.nullable() })),
} as const;
