import { z } from 'zod';

/**
 * One sensor, engine or permission of this machine. `code` says what was found in a word the page translates
 * (`doctor.code.<code>`); `detail` is the source's own words; `repair` is an exact command or step, as to be typed.
 */
export const DoctorItem = z.object({
  id: z.string(),
  group: z.enum(['sensor', 'engine', 'permission', 'storage']),
  /** English name; the page translates `doctor.item.<id>` when it knows it. */
  name: z.string(),
  state: z.enum(['works', 'missing', 'forbidden', 'failing']),
  detail: z.string(),
  repair: z.string().nullable(),
});
export type DoctorItem = z.infer<typeof DoctorItem>;
