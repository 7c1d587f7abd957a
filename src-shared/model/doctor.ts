import { z } from 'zod';
import { Message } from '../text/message';

/**
 * One sensor, engine or permission of this machine. `partial`: some of it works, and `detail` says which part does not. `state` is translated by the page (`doctor.code.<state>`); `detail`
 * says what was found; `repair` is an exact command, or a step that names one, as to be typed.
 */
export const DoctorItem = z.object({
  id: z.string(),
  group: z.enum(['sensor', 'engine', 'permission', 'storage', 'interface']),
  name: Message,
  state: z.enum(['works', 'partial', 'missing', 'forbidden', 'failing']),
  detail: Message,
  repair: Message.nullable(),
});
export type DoctorItem = z.infer<typeof DoctorItem>;
