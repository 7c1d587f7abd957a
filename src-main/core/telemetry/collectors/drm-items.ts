import type { DoctorItem } from '@shared/model/doctor';
import type { DeviceRecord } from '@shared/model/device-record';
import type { MetricId } from '@shared/model/metrics';
import { phrase, type Said } from '@shared/phrases/phrase';
import { sensorItem, withoutAway } from './items';

interface FoundCard {
  readonly device: string;
  readonly name: string;
  readonly driver: string | null;
  /** What it tells. */
  readonly metrics: readonly MetricId[];
}

/** The doctor's line of the AMD and Intel GPUs: each by its number and model, and which of them tell nothing, or no power. */
export function drmItem(cards: readonly FoundCard[], known: readonly DeviceRecord[]): DoctorItem {
  const away = known.some(({ state }) => state === 'lost' || state === 'missing');
  if (cards.length === 0 && !away) return sensorItem('drm-gpu', 'missing', phrase('said.drm.none'));
  const mute = cards.filter(({ metrics }) => metrics.length === 0);
  const silent = cards.filter((card) => !mute.includes(card) && !card.metrics.includes('gpu.power'));
  const named = (some: readonly FoundCard[]): string => some.map(({ device, name }) => `${device} ${name}`).join(', ');
  const all = cards.map(({ device, name, driver }) => `${device} ${name} (${driver ?? '?'})`).join(', ');
  let found: Said = cards.length === 0 ? phrase('said.drm.noneLeft') : all;
  if (mute.length > 0) found = phrase('said.gpu.mute', { found, gpus: named(mute) });
  if (silent.length > 0) found = phrase('said.drm.silent', { found, gpus: named(silent) });
  const works = mute.length === cards.length ? 'failing' : mute.length + silent.length > 0 ? 'partial' : 'works';
  return withoutAway(sensorItem('drm-gpu', works, found), known);
}
