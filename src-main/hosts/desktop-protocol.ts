import { z } from 'zod';
import { ErrorCode } from '@shared/contract/errors';
import { RuntimeStatus } from '@shared/model/runtime-status';
import { Message } from '@shared/text/message';
import { DesktopChange } from '@shared/model/settings';

/**
 * What the desktop and the core's process say to each other. It is about processes and ports only: pages and trainers
 * speak to the core over ports of their own, handed over here, so that no product data passes the desktop. A dialog for a
 * file is the desktop's: the page behind it never learns nor names a path. The one exception are credentials: only the
 * desktop reaches the key store of the operating system, so that each passes it on its way to be encrypted or decrypted,
 * and is neither kept nor logged there.
 */
const trainerId = z.number().int().positive();
const dialogId = z.number().int().positive();
const keyStoreId = z.number().int().positive();

/** Desktop → core. `connect` and `trainer-channel` each come with one port. */
export const DesktopMessage = z.discriminatedUnion('t', [
  /** First, once. */
  z.object({
    t: z.literal('init'),
    dataDir: z.string(),
    resourcesDir: z.string(),
    enginesDir: z.string(),
    readerWorker: z.string(),
    logFile: z.string(),
    secretKeyFile: z.string(),
    version: z.string(),
    isPackaged: z.boolean(),
    scenario: z.string().nullable(),
    serveFeeds: z.number().int().min(0).max(65_535).nullable(),
    gpuHz: z.string().nullable(),
  }),
  /** A page. Those that come before `ready` wait. */
  z.object({ t: z.literal('connect') }),
  z.object({ t: z.literal('trainer-channel'), id: trainerId }),
  /** Once it has a process. */
  z.object({ t: z.literal('trainer-spawned'), id: trainerId, pid: z.number().int().positive() }),
  z.object({ t: z.literal('trainer-text'), id: trainerId, source: z.enum(['stdout', 'stderr']), text: z.string() }),
  /** After all its text; once for each `trainer-fork`. */
  z.object({
    t: z.literal('trainer-exit'),
    id: trainerId,
    code: z.number().nullable(),
    signal: z.string().nullable(),
    error: z.string().nullable(),
  }),
  /** Answers a `choose-file`, a `choose-path` or a `choose-save-path`; null = the person chose none. */
  z.object({ t: z.literal('file-chosen'), id: dialogId, path: z.string().nullable() }),
  /** Answers an `ask-consent`. */
  z.object({ t: z.literal('consent-answer'), id: dialogId, allowed: z.boolean() }),
  /** Answers a `key-store`: what it gave, or why it gave nothing. */
  z.object({ t: z.literal('key-store-answer'), id: keyStoreId, text: z.string().nullable(), error: Message.nullable() }),
  /** What a person chose in a dialog of the desktop, or in the system's own settings. */
  z.object({ t: z.literal('settings'), desktop: DesktopChange }),
  /** Answered by the exit of the process, 0 when it closed whole. */
  z.object({ t: z.literal('close') }),
]);
export type DesktopMessage = z.infer<typeof DesktopMessage>;

/** Core → desktop. */
export const CoreMessage = z.discriminatedUnion('t', [
  z.object({ t: z.literal('ready') }),
  /** Before `ready`, and whenever it is another. */
  z.object({ t: z.literal('status'), status: RuntimeStatus }),
  /** The core cannot start (another one owns the folder, the database is from a newer version): starting anew would not help. */
  z.object({ t: z.literal('refused'), code: ErrorCode, message: z.string() }),
  /** Every HEARTBEAT_MS from the core's own event loop. */
  z.object({ t: z.literal('beat') }),
  /** Lets the person choose a file to read. */
  z.object({ t: z.literal('choose-file'), id: dialogId }),
  /** Lets the person choose where a file is saved; the name is a proposal. */
  z.object({ t: z.literal('choose-save-path'), id: dialogId, name: z.string().min(1).max(255) }),
  /** Lets the person choose a file or a folder to name in a form. */
  z.object({ t: z.literal('choose-path'), id: dialogId, kind: z.enum(['file', 'folder']) }),
  /** Asks the person whether pages may start programs, this one first. */
  z.object({ t: z.literal('ask-consent'), id: dialogId, command: z.string(), cwd: z.string() }),
  /** Shows a file that the core has written in its folder. */
  z.object({ t: z.literal('show-file'), path: z.string().min(1) }),
  /** Shows a folder in the system's file manager. */
  z.object({ t: z.literal('open-folder'), path: z.string().min(1) }),
  /** `probe`: what it is called; `encrypt`: text to base64; `decrypt`: back. */
  z.object({ t: z.literal('key-store'), id: keyStoreId, action: z.enum(['probe', 'encrypt', 'decrypt']), text: z.string() }),
  /** `runId`: null = no run, only a try of an engine. */
  z.object({ t: z.literal('trainer-fork'), id: trainerId, runId: z.string().nullable() }),
  z.object({ t: z.literal('trainer-kill'), id: trainerId, signal: z.enum(['SIGTERM', 'SIGKILL']) }),
]);
export type CoreMessage = z.infer<typeof CoreMessage>;

export const HEARTBEAT_MS = 1_000;

/** First message to a trainer's process; it comes with the port of its lines. */
export const TRAINER_HANDOVER = { t: 'channel' } as const;
