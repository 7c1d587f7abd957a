import type { EventInput } from '@shared/model/event';
import type { PowerPlace, PowerPlaceState } from '@shared/model/power-tree';
import { message } from '@shared/text/message';

/** Over this time the mean difference is held against what the meters' classes allow. ms */
const WINDOW_MS = 3_600_000;
/** Of less than this share of the window nothing is said. */
const MIN_COVERED = 0.9;
/** Ticks further apart than this are a gap. ms */
const MAX_STEP_MS = 15_000;

interface Window {
  beginMs: number;
  lastMs: number;
  coveredMs: number;
  differenceWs: number;
  allowedWs: number;
}

/**
 * Tells when a place's own meter and those of what it feeds part for good: by their mean over an hour, because single readings are
 * made at different moments. More below than above is a fault of a meter in any case; more above than below is one only where all
 * that is fed is metered, and no loss lies between.
 */
export class DriftWatch {
  private readonly windows = new Map<string, Window>();
  private readonly told = new Set<string>();

  /** @returns what is to be told */
  note(atMs: number, passedMs: number, places: readonly PowerPlace[], states: readonly PowerPlaceState[]): EventInput[] {
    const events: EventInput[] = [];
    for (const id of this.windows.keys()) if (!places.some((place) => place.id === id)) this.windows.delete(id);
    states.forEach((state, i) => {
      const place = places[i];
      const differenceW = state.unexplainedW?.value ?? null;
      if (place === undefined || differenceW === null || state.allowedW === null) return;
      const window = this.windows.get(state.id) ?? { beginMs: passedMs, lastMs: passedMs, coveredMs: 0, differenceWs: 0, allowedWs: 0 };
      this.windows.set(state.id, window);
      const stepMs = passedMs - window.lastMs;
      window.lastMs = passedMs;
      if (stepMs > 0 && stepMs <= MAX_STEP_MS) {
        window.coveredMs += stepMs;
        window.differenceWs += (differenceW * stepMs) / 1000;
        window.allowedWs += (state.allowedW * stepMs) / 1000;
      }
      if (passedMs - window.beginMs < WINDOW_MS) return;
      this.windows.delete(state.id);
      if (window.coveredMs < WINDOW_MS * MIN_COVERED) return;
      events.push(...this.judge(atMs, place, state, window));
    });
    return events;
  }

  private judge(atMs: number, place: PowerPlace, state: PowerPlaceState, { coveredMs, differenceWs, allowedWs }: Window): EventInput[] {
    const [meanW, allowedW] = [(differenceWs * 1000) / coveredMs, (allowedWs * 1000) / coveredMs];
    const isWhole = state.unmetered.length === 0 && !state.holdsLosses;
    const drifts = meanW < -allowedW || (isWhole && meanW > allowedW);
    if (drifts === this.told.has(place.id)) return [];
    const at = { atMs, device: 'room', code: place.id };
    if (!drifts) {
      this.told.delete(place.id);
      return [{ ...at, kind: 'power.explained', severity: 'info', text: message('message.event.explained', { place: place.name }) }];
    }
    this.told.add(place.id);
    const words = { place: place.name, differenceW: Math.round(Math.abs(meanW)), allowedW: Math.round(allowedW) };
    const text = meanW < 0 ? message('message.event.unexplained.less', words) : message('message.event.unexplained.more', words);
    return [{ ...at, kind: 'power.unexplained', severity: 'warning', text, values: { differenceW: meanW, allowedW } }];
  }
}
