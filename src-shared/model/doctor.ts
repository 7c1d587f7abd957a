import { z } from 'zod';
import { Said } from '../phrases/phrase';

/**
 * One sensor, engine or permission of this machine. `partial`: some of it works, and `detail` says which part does not. `state` is translated by the page (`doctor.code.<state>`); `detail`
 * says what was found; `repair` is an exact command, or a step that names one, as to be typed.
 */
export const DoctorItem = z.object({
  id: z.string(),
  group: z.enum(['sensor', 'engine', 'permission', 'storage', 'interface']),
  name: Said,
  state: z.enum(['works', 'partial', 'missing', 'forbidden', 'failing']),
  detail: Said,
  repair: Said.nullable(),
});
export type DoctorItem = z.infer<typeof DoctorItem>;
