import type { CollectorInfo, CollectorKindInfo } from '@shared/model/collector';
import type { DeviceRecord } from '@shared/model/device-record';
import type { RecordedEvent } from '@shared/model/event';
import type { SilentPart } from '@shared/model/room';

/** Something of the room that does not stand as it should, now. */
export type Trouble =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'lost' | 'missing' | 'silent' | 'unclear'; readonly device: string; readonly label: string }
  | { readonly kind: 'collector'; readonly collector: CollectorInfo };

/** What changes one of the room's states, and what ends it: the newest of each device tells. */
const states = [
  { begins: 'recording.stopped', ends: 'recording.resumed' },
  { begins: 'driver.lost', ends: 'driver.back' },
  { begins: 'counter.failing', ends: 'counter.recovered' },
] as const;
/** The kinds of events that are looked at. */
export const troubleKinds: readonly string[] = [...states.flatMap(({ begins, ends }) => [begins, ends]), 'gpu.xid'];
/** An error that a driver reported is no state: it is told of for so long, ms. */
export const XID_SHOWN_MS = 3_600_000;
/** What gives nothing for a moment only is none; as long as before an event tells of it. */
const FAILING_MS = 30_000;
/** At a start most parts are silent until they are first read. */
const SILENT_MS = 5_000;

/** The parts that give no reading, and since when the page has seen that, ms of the core's clock. */
export interface Silence {
  readonly atMs: number;
  readonly parts: readonly (SilentPart & { readonly sinceMs: number })[];
}

/** What of a frame of `room.live` tells of silence. */
export function reduceSilence(
  before: Silence | null,
  { atMs, silent }: { readonly atMs: number; readonly silent: readonly SilentPart[] },
): Silence {
  const since = new Map((before?.parts ?? []).map(({ device, why, sinceMs }) => [`${device} ${why}`, sinceMs]));
  return { atMs, parts: silent.map((part) => ({ ...part, sinceMs: since.get(`${part.device} ${part.why}`) ?? atMs })) };
}

interface TroubleSources {
  readonly devices: readonly DeviceRecord[];
  readonly silence: Silence | null;
  readonly kinds: readonly CollectorKindInfo[];
  readonly collectors: readonly CollectorInfo[];
  /** Oldest first. */
  readonly events: readonly RecordedEvent[];
}

/** The gravest first: what is lost for good, what is away, what does not answer, what is not known of a sum. */
export function troublesOf({ devices, silence, kinds, collectors, events }: TroubleSources): readonly Trouble[] {
  const away = devices.flatMap(({ device, model, state }): Trouble[] =>
    state === 'lost' || state === 'missing' ? [{ kind: state, device, label: model ?? device }] : [],
  );
  const awayDevices = new Set(devices.filter(({ state }) => state === 'lost' || state === 'missing').map(({ device }) => device));
  const isFeed = (id: string): boolean => kinds.find((kind) => kind.id === id)?.isFeed === true;
  const failing = collectors
    // What this machine never had is the doctor's to tell.
    .filter(({ kind, lastAtMs }) => lastAtMs !== null || isFeed(kind))
    .filter(({ condition, failingForMs }) => (condition === 'failing' || condition === 'hung') && (failingForMs ?? 0) >= FAILING_MS)
    .map((collector): Trouble => ({ kind: 'collector', collector }));
  const nowMs = silence?.atMs ?? 0;
  const silent = (silence?.parts ?? [])
    .filter(({ device, sinceMs }) => !awayDevices.has(device) && nowMs - sinceMs >= SILENT_MS)
    .map(({ device, label, why }): Trouble => ({ kind: why === 'ambiguous-meters' ? 'unclear' : 'silent', device, label }));
  return [...open(events), ...xids(events, nowMs), ...away, ...failing, ...silent];
}

function open(events: readonly RecordedEvent[]): Trouble[] {
  return states.flatMap(({ begins, ends }) => {
    const newest = new Map<string, RecordedEvent>();
    for (const event of events) if (event.kind === begins || event.kind === ends) newest.set(event.device, event);
    return [...newest.values()].filter(({ kind }) => kind === begins).map((event): Trouble => ({ kind: 'event', event }));
  });
}

/** The newest error of each device; those that say nothing grave are in its list of events. */
function xids(events: readonly RecordedEvent[], nowMs: number): Trouble[] {
  const newest = new Map<string, RecordedEvent>();
  for (const event of events)
    if (event.kind === 'gpu.xid' && event.severity === 'critical' && event.atMs > nowMs - XID_SHOWN_MS) newest.set(event.device, event);
  return [...newest.values()].map((event): Trouble => ({ kind: 'event', event }));
}
