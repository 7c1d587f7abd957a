import { z } from 'zod';

/** A shorter value could not be left out of a log without leaving out half of the log. */
export const SECRET_MIN_LENGTH = 4;
/** A private key with its certificates has some KiB. */
export const SECRET_MAX_LENGTH = 16 * 1024;

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
