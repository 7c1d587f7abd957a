import { z } from 'zod';
import { KeyedMessage } from '../text/message';
import { DeviceId } from './series';

export const EventSeverity = z.enum(['info', 'warning', 'critical']);
export type EventSeverity = z.infer<typeof EventSeverity>;

/** The kind of a person's note; of all events these alone are changed and taken away. */
export const ANNOTATION = 'annotation';

/** What one question for events may name of devices. */
export const MAX_DEVICES_PER_QUERY = 256;

/** What a person writes at a moment, on a device, a place of the room's tree, or the whole room (`room`). */
export const Annotation = z.object({
  /** Wall clock, ms since the Unix epoch, whole. */
  atMs: z.number().int().nonnegative(),
  device: DeviceId,
  text: z.string().trim().min(1).max(4_000),
});
export type Annotation = z.infer<typeof Annotation>;

/** Something that happened at one moment: a GPU's XID, a lost device, a person's annotation. */
export const RecordedEvent = z.object({
  id: z.number().int().positive(),
  /** Wall clock, ms since the Unix epoch, whole. */
  atMs: z.number().int().nonnegative(),
  device: DeviceId,
  /** What sort it is: `xid`, `device`, `annotation`, … */
  kind: z.string().min(1).max(40),
  /** The source's own code within its kind ("79"); may be empty. */
  code: z.string().max(80),
  severity: EventSeverity,
  /** A message of the core's; a person's own words, and what was recorded before messages, as they are. */
  text: z.union([z.string().max(4_000), KeyedMessage]),
});
export type RecordedEvent = z.infer<typeof RecordedEvent>;
export type NewEvent = Omit<RecordedEvent, 'id'>;
