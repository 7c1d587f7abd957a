import { z } from 'zod';
import { Message } from '../text/message';

/** A shorter value could not be left out of a log without leaving out half of the log. */
export const SECRET_MIN_LENGTH = 4;
/** A private key with its certificates has some KiB. */
export const SECRET_MAX_LENGTH = 16 * 1024;

/** It goes in and never comes out. */
export const SecretValue = z.string().min(SECRET_MIN_LENGTH).max(SECRET_MAX_LENGTH);

/** What a credential is called where it is used: `feeds/pdu-1/password`. Never a secret itself. */
export const SecretId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$/, 'letters, digits, ".", "_", "/" and "-" are needed');

/** Who has the key that it is encrypted with: the operating system's store, through the desktop, or a file. */
export const SecretKeeper = z.enum(['system', 'key-file']);
export type SecretKeeper = z.infer<typeof SecretKeeper>;

/** All that is ever told of a credential. */
export const SecretRecord = z.object({
  id: SecretId,
  setAtMs: z.number(),
  keeper: SecretKeeper,
  /** False: its key is not here (any more); it has to be set anew. */
  isReadable: z.boolean(),
});
export type SecretRecord = z.infer<typeof SecretRecord>;

/** One credential, and which sources are set to use it. */
export const SecretInfo = SecretRecord.extend({
  usedBy: z.array(z.object({ source: z.string(), name: Message, param: Message })),
});
export type SecretInfo = z.infer<typeof SecretInfo>;

/** Whether one can be kept here, by what key, and what would make it better. */
export const SecretKeeping = z.object({
  state: z.enum(['works', 'partial', 'failing']),
  detail: Message,
  repair: Message.nullable(),
});
export type SecretKeeping = z.infer<typeof SecretKeeping>;
