import { defaultSettings } from '@shared/model/settings';
import { message, type Message } from '@shared/text/message';
import type { StoreWriter } from '../store/types';

const DAY_MS = 86_400_000;

/**
 * What of a file is not kept as it is, for its age; empty = all is.
 * @param oldestMs of the file's samples; −Infinity = they have not been read yet, and any may be in it
 */
export function notKept(writer: Pick<StoreWriter, 'settings' | 'samples'>, nowMs: number, oldestMs = -Infinity): Message[] {
  const { rawDays, maxBytes } = writer.settings.load()?.settings.retention ?? defaultSettings.retention;
  const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
  const agedMs = nowMs - rawDays * DAY_MS;
  const localized: Message[] = [];
  if (Number.isFinite(agedMs) && oldestMs < agedMs) localized.push(message('message.import.aged', { date: day(agedMs), days: rawDays }));
  // What has expired is not taken again; by age alone that is about the same moment, and said above.
  if (writer.samples.rawFromMs > agedMs + DAY_MS && oldestMs < writer.samples.rawFromMs)
    localized.push(message('message.import.expiredHere', { date: day(writer.samples.rawFromMs) }));
  if (maxBytes !== null) localized.push(message('message.import.bySize', { megabytes: Math.round(maxBytes / 1e6) }));
  return localized;
}
