import { z } from 'zod';
import { DoctorItem } from '../model/doctor';
import { Inventory } from '../model/room';
import { command, nothing } from './define';

export const appCommands = {
  /** `scenario`: the simulated room that is shown instead of this machine; null = the real one. */
  'app.info': command(
    nothing,
    z.object({
      version: z.string(),
      runtime: z.enum(['desktop', 'headless']),
      platform: z.string(),
      dataDir: z.string(),
      databaseBytes: z.number(),
      startedAtMs: z.number(),
      scenario: z.string().nullable(),
      notices: z.array(z.object({ code: z.enum(['database-set-aside']), detail: z.string() })),
    }),
  ),
  /** The core's log: where it lies (null = it is not kept) and its newest lines. */
  'log.read': command(nothing, z.object({ path: z.string().nullable(), text: z.string() })),
  'inventory.get': command(nothing, Inventory),
  'doctor.report': command(nothing, z.object({ items: z.array(DoctorItem) })),
} as const;
