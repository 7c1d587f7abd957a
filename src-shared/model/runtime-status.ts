import { z } from 'zod';
import { Ui } from './settings';

/** What a runtime's own windows, tray and menus go by; no figure of the room's. */
export const RuntimeStatus = z.object({
  language: Ui.shape.language,
  meterInTray: z.boolean(),
  startAtLogin: z.boolean(),
  /** Runs under way, and runs that wait. */
  running: z.number().int().nonnegative(),
  queued: z.number().int().nonnegative(),
});
export type RuntimeStatus = z.infer<typeof RuntimeStatus>;
