import { z } from 'zod';
import { MadeFilesNow } from '../model/made-files';
import { Message } from '../text/message';
import { RunId } from '../model/run-id';
import { command, nothing } from './define';

const file = z.object({ runId: RunId, path: z.string().min(1).max(4_000) });

export const madeFilesCommands = {
  /** The files that a program made in its folder; `why` there are none to be listed, where `made` is null. */
  'runs.files': command(z.object({ runId: RunId }), z.object({ made: MadeFilesNow.nullable(), why: Message.nullable() })),
  /** Shows one of them in its folder. Fails with `not-found` for any other file, `invalid-input` where the core has no desktop. */
  'runs.showFile': command(file, nothing),
  /** Where the browser fetches one of them, once. Fails with `not-found` for any other file, `invalid-input` on a desktop, which shows it. */
  'runs.fetchFile': command(file, z.object({ url: z.string() })),
} as const;
