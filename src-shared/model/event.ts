import { z } from 'zod';
import { KeyedMessage } from '../text/message';
import { DeviceId } from './series';

export const EventSeverity = z.enum(['info', 'warning', 'critical']);
export type EventSeverity = z.infer<typeof EventSeverity>;

/** The kind of a person's note; of all events these alone are changed and taken away. */
export const ANNOTATION = 'note';

/**
 * What the core tells of. The word before the point is what it happened to; a kind that is not here, of a newer version or
 * an older one, is read and shown all the same.
 *
 * - `gpu.xid`: the NVIDIA driver reported an error, `code` is its XID.
 * - `device.lost`, `device.back`: a device left or rejoined its bus, said by the source that meters it.
 * - `driver.lost`, `driver.back`: the driver went away under a working meter, or answered again (device `host`).
 * - `device.missing`: known by its identity from before, and not there at the start.
 * - `device.removed`: a person, or the source of hot-plug, says that it is gone for good. `device.added`: it is new here.
 * - `device.asleep`, `device.awake`: the system suspended a device that rests, or resumed it.
 * - `power.scope`: a person counted a device's power, or left it out.
 * - `collector.failing`, `collector.recovered`: a source that had worked gives nothing for a while, or answers again.
 * - `counter.failing`, `counter.recovered`: an energy counter stands still, or counts nothing like its device's power, or does again.
 * - `counter.changed`: a meter's energy counter was reset, wrapped, dipped, jumped or stands still; `code` says which.
 * - `meter.implausible`, `meter.plausible`: what a meter tells of a quantity cannot be, or can again; `code` says in which way.
 * - `power.tree`: a person changed the power tree. `power.unexplained`, `power.explained`: a place's meter and what it feeds differ by
 *   more than the meters' classes allow, or agree again; `code` is the place's id.
 * - `power.fit`: a curve of a place was fitted to its meters, or is dropped; `code` is the place's id.
 * - `collector.added`, `collector.changed`, `collector.removed`: a person did so.
 * - `recording.stopped`, `recording.resumed`: what is measured does not reach the disk, or does again.
 * - `run.started`, `run.ended`, `run.failed`. `run.adopted`: its core was lost, the one after it found its program running.
 *   `run.limit`: it reached a limit and is stopped. `run.retry`: it failed and is tried again. `run.paused`, `run.resumed`: a person did so.
 * - `settings.changed`: by a person; `values.sections` names them.
 * - `clock.set`: the wall clock jumped by `values.byMs` against the time that passed.
 */
export const eventKinds = [
  ANNOTATION,
  'gpu.xid',
  'device.lost',
  'device.back',
  'driver.lost',
  'driver.back',
  'device.missing',
  'device.removed',
  'device.added',
  'device.asleep',
  'device.awake',
  'power.scope',
  'counter.failing',
  'counter.recovered',
  'counter.changed',
  'meter.implausible',
  'meter.plausible',
  'power.tree',
  'power.unexplained',
  'power.explained',
  'power.fit',
  'collector.failing',
  'collector.recovered',
  'collector.added',
  'collector.changed',
  'collector.removed',
  'recording.stopped',
  'recording.resumed',
  'run.started',
  'run.ended',
  'run.failed',
  'run.adopted',
  'run.limit',
  'run.retry',
  'run.paused',
  'run.resumed',
  'settings.changed',
  'clock.set',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** Who did what happened: a person at a window or a terminal. */
export const BY_PERSON = 'person';

/** What one query for events may name of devices. */
export const MAX_DEVICES_PER_QUERY = 256;

/** What a person writes at a moment, on a device, a place of the room's tree, or the whole room (`room`). */
export const Annotation = z.object({
  /** Wall clock, ms since the Unix epoch, whole. */
  atMs: z.number().int().nonnegative(),
  device: DeviceId,
  text: z.string().trim().min(1).max(4_000),
});
export type Annotation = z.infer<typeof Annotation>;

/** Something that happened at one moment: a GPU's XID, a lost device, a source that fails, a failed run, a person's note. */
export const RecordedEvent = z.object({
  /** Below zero: not stored yet, since the disk refuses. */
  id: z.number().int(),
  /** Wall clock, ms since the Unix epoch, whole. */
  atMs: z.number().int().nonnegative(),
  /** What it happened to: a device, a place or the `room`; `run/<id>`, `collector/<id>`, `recording`, `settings`. */
  device: DeviceId,
  /** One of {@link eventKinds}, or of another version's. */
  kind: z.string().min(1).max(40),
  /** The source's own code within its kind ("79"); may be empty. */
  code: z.string().max(80),
  severity: EventSeverity,
  /** A message of the core's; a person's own words, and what was recorded before messages, as they are. */
  text: z.union([z.string().max(4_000), KeyedMessage]),
  /** What was measured or named then, for whoever counts events; null = nothing. */
  values: z.record(z.string().max(80), z.union([z.number(), z.string().max(4_000)])).nullable(),
  /** Null = it happened by itself. */
  by: z.string().min(1).max(80).nullable(),
});
export type RecordedEvent = z.infer<typeof RecordedEvent>;
/** As it is recorded; values and a person only where there are. */
export type NewEvent = Omit<RecordedEvent, 'id' | 'values' | 'by'> & Partial<Pick<RecordedEvent, 'values' | 'by'>>;

/** What is told when something happens; what is left out is empty. */
export interface EventInput
  extends Pick<RecordedEvent, 'atMs' | 'device' | 'severity' | 'text'>, Partial<Pick<RecordedEvent, 'code' | 'values' | 'by'>> {
  readonly kind: EventKind;
}

/** As it is recorded. */
export function newEvent({ atMs, code = '', values = null, by = null, ...rest }: EventInput): Omit<RecordedEvent, 'id'> {
  return { ...rest, atMs: Math.max(0, Math.round(atMs)), code, values, by };
}

/** Which events: from `fromMs` to `toMs`, both inclusive (left out = all time), of these devices and kinds (left out = all), the newest `limit`. */
export const EventScope = z
  .object({
    fromMs: z.number().int().nonnegative().optional(),
    toMs: z.number().int().nonnegative().optional(),
    devices: z.array(DeviceId).max(MAX_DEVICES_PER_QUERY).optional(),
    /** A kind, or all of a name before the point: `run.*`. */
    kinds: z.array(z.string().min(1).max(40)).max(32).optional(),
    limit: z.number().int().min(1).max(10_000).default(1_000),
  })
  .refine(({ fromMs, toMs }) => fromMs === undefined || toMs === undefined || toMs > fromMs, { message: 'toMs must be after fromMs' });
export type EventScope = Readonly<z.output<typeof EventScope>>;

/** Whether an event is of those asked for. */
export function inScope(
  { fromMs, toMs, devices, kinds }: Omit<EventScope, 'limit'>,
  event: Pick<RecordedEvent, 'atMs' | 'device' | 'kind'>,
): boolean {
  return (
    (fromMs === undefined || event.atMs >= fromMs) &&
    (toMs === undefined || event.atMs <= toMs) &&
    (devices === undefined || devices.includes(event.device)) &&
    (kinds === undefined || kinds.some((kind) => (kind.endsWith('.*') ? event.kind.startsWith(kind.slice(0, -1)) : event.kind === kind)))
  );
}
