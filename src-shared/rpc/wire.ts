import { z } from 'zod';
import { ErrorCode } from '../contract/errors';
import { Message } from '../text/message';

const id = z.number().int().nonnegative();
/** As {@link sizeOf} tells it. */
const bytes = z.number().int().nonnegative();

/**
 * Page → core. A client that lost its port subscribes anew: every stream's first frame holds what the page needs to be
 * whole again, so no server keeps frames for clients that may never return.
 */
export const ClientMessage = z.discriminatedUnion('t', [
  z.object({ t: z.literal('call'), id, name: z.string().max(80), input: z.unknown().optional() }),
  z.object({ t: z.literal('cancel'), id }),
  z.object({ t: z.literal('subscribe'), id, name: z.string().max(80), params: z.unknown().optional() }),
  z.object({ t: z.literal('unsubscribe'), id }),
  /** Credit: so much of a stream, or a whole large answer, is dealt with, and as much more may come. */
  z.object({ t: z.literal('read'), id, bytes }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

export const WireError = z.object({ code: ErrorCode, message: Message });

/** Core → page. Frames of one subscription are numbered from 1; a client that sees a number skipped subscribes anew. */
export const ServerMessage = z.discriminatedUnion('t', [
  /** `bytes` 0 = a small answer, of which no `read` is expected. */
  z.object({ t: z.literal('ok'), id, bytes, output: z.unknown() }),
  z.object({ t: z.literal('err'), id, error: WireError }),
  z.object({ t: z.literal('frame'), id, seq: z.number().int().positive(), bytes, frame: z.unknown() }),
  /** `frames` = how many were numbered, so that a lost last frame is noticed too. */
  z.object({ t: z.literal('end'), id, frames: z.number().int().nonnegative(), error: WireError.nullable() }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;
