import { z } from 'zod';
import { Annotation, EventScope, RecordedEvent } from '../model/event';
import { command, nothing, stream } from './define';

export const eventsCommands = {
  /** Oldest first. */
  'events.query': command(EventScope, z.object({ events: z.array(RecordedEvent) })),
  /** Writes a note of a person's. */
  'events.annotate': command(Annotation, RecordedEvent),
  /** Changes one, or takes it away; fails with `not-found` for what is none (any more), also for an event of a device. */
  'events.revise': command(Annotation.extend({ id: z.number().int().positive() }), RecordedEvent),
  'events.remove': command(z.object({ id: z.number().int().positive() }), nothing),
} as const;

/** Events that are new or changed, oldest first, and the ids of those that are gone. */
export const EventFrame = z.object({ events: z.array(RecordedEvent), removed: z.array(z.number().int()) });
export type EventFrame = z.infer<typeof EventFrame>;

export const eventsStreams = {
  /** First frame: the events asked for, the newest `limit` of them; later ones: those of them that are new, changed or gone. */
  'events.live': stream(EventScope, EventFrame),
} as const;
