import { z } from 'zod';
import { Annotation, RecordedEvent } from '../model/event';
import { DeviceId } from '../model/series';
import { MAX_DEVICES_PER_QUERY } from '../model/event';
import { TimeRange } from '../model/time-range';
import { command, nothing } from './define';

export const eventsCommands = {
  'events.query': command(
    TimeRange.safeExtend({
      /** Left out = all. */
      devices: z.array(DeviceId).max(MAX_DEVICES_PER_QUERY).optional(),
      kinds: z.array(z.string().min(1).max(40)).max(32).optional(),
      /** The newest so many. */
      limit: z.number().int().min(1).max(10_000).default(1_000),
    }),
    z.object({ events: z.array(RecordedEvent) }),
  ),
  /** Writes a note of a person's. */
  'events.annotate': command(Annotation, RecordedEvent),
  /** Changes one, or takes it away; fails with `not-found` for what is none (any more), also for an event of a device. */
  'events.revise': command(Annotation.extend({ id: z.number().int().positive() }), RecordedEvent),
  'events.remove': command(z.object({ id: z.number().int().positive() }), nothing),
} as const;
