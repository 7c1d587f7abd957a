import { z } from 'zod';
import { CollectorId } from '../model/collector';
import { ManualReading, ManualReadings } from '../model/manual-reading';
import { command, stream } from './define';

const id = CollectorId;
const atMs = z.number().int();

/** Readings that a person takes by eye. All fail with `not-found`, or `invalid-input` for a source that is read by itself. */
export const manualCommands = {
  /** Of one source, the newest first. */
  'manual.list': command(z.object({ id }), ManualReadings),
  /**
   * Keeps a reading, in the place of the one at `replaces`, or of the one at its own time. Fails with `invalid-input` where it does
   * not go with those before and after it, or has not come yet.
   */
  'manual.enter': command(
    ManualReading.partial({ kind: true, begins: true }).safeExtend({ id, replaces: atMs.optional() }),
    ManualReadings,
  ),
  /** Takes a reading back, with what was booked by it. */
  'manual.remove': command(z.object({ id, atMs }), ManualReadings),
} as const;

export const manualStreams = {
  /** Of one source, and all again whenever one of them changed. */
  'manual.live': stream(z.object({ id }), ManualReadings),
} as const;
