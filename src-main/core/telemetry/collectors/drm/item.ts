import type { DoctorItem } from '@shared/model/doctor';
import type { DeviceRecord } from '@shared/model/device-record';
import type { MetricId } from '@shared/model/metrics';
import { message, type Message } from '@shared/text/message';
import { sensorItem, withoutAway } from '../items';

interface SeenCard {
  readonly device: string;
  readonly name: string;
  readonly driver: string | null;
  /** Part of the processor: its power is within the package's. */
  readonly integrated: boolean;
  readonly asleep: boolean;
  /** What it tells; empty while it was never seen awake. */
  readonly metrics: readonly MetricId[];
}

/** The doctor's line of the AMD and Intel GPUs: each by its number and model, and which of them sleep, tell nothing, or no power. */
export function drmItem(cards: readonly SeenCard[], known: readonly DeviceRecord[]): DoctorItem {
  const away = known.some(({ state }) => state === 'lost' || state === 'missing');
  if (cards.length === 0 && !away) return sensorItem('drm-gpu', 'missing', message('message.drm.none'));
  const asleep = cards.filter((card) => card.asleep);
  const awake = cards.filter((card) => !card.asleep);
  const mute = awake.filter(({ metrics }) => metrics.length === 0);
  const unmetered = awake.filter(({ integrated, metrics }) => !integrated && !metrics.includes('gpu.power'));
  const named = (some: readonly SeenCard[]): string => some.map(({ device, name }) => `${device} ${name}`).join(', ');
  const all = cards.map(({ device, name, driver }) => `${device} ${name} (${driver ?? '?'})`).join(', ');
  let found: Message = cards.length === 0 ? message('message.drm.noneLeft') : all;
  if (asleep.length > 0) found = message('message.drm.asleep', { found, gpus: named(asleep) });
  if (mute.length > 0) found = message('message.gpu.mute', { found, gpus: named(mute) });
  if (unmetered.length > 0) found = message('message.drm.silent', { found, gpus: named(unmetered) });
  const state = mute.length === cards.length ? 'failing' : mute.length + unmetered.length > 0 ? 'partial' : 'works';
  return withoutAway(sensorItem('drm-gpu', state, found, unmetered.length > 0 ? message('message.drm.leaveOut') : null), known);
}
