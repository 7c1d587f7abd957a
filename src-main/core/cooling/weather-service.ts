import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { weatherSummary } from '@shared/climate/weather-year';
import type { KeptWeather, WeatherYear } from '@shared/model/weather';
import { defineService } from '../service';
import { storeService } from '../store/service';

/** The year of weather at the room's place. */
export interface Weather {
  readonly year: WeatherYear | null;
  kept(): KeptWeather;
  /** @param file its name, for whoever asks later where the figures are from */
  keep(year: WeatherYear, file: string): KeptWeather;
  remove(): KeptWeather;
  onChange(listener: () => void): Disposable;
}

export const weatherService = defineService({
  name: 'weather',
  needs: [storeService],
  start({ store }, { log }): Weather {
    const changed = new Emitter<null>((error) => log('error', `a listener of the weather failed: ${String(error)}`));
    let stored = store.weatherYear.load();
    const summarise = (): KeptWeather => ({
      weather: stored === null ? null : { ...weatherSummary(stored.year), file: stored.file, takenAtMs: stored.takenAtMs },
    });
    // Wet bulbs of a year take a moment: they are worked out when first asked for.
    let summary: KeptWeather | null = null;
    const kept = (): KeptWeather => (summary ??= summarise());
    const set = (next: typeof stored): KeptWeather => {
      stored = next;
      summary = null;
      changed.emit(null);
      return kept();
    };
    return {
      get year() {
        return stored?.year ?? null;
      },
      kept,
      keep(year, file) {
        const next = { year, file, takenAtMs: Date.now() };
        store.weatherYear.put(next);
        return set(next);
      },
      remove() {
        store.weatherYear.remove();
        return set(null);
      },
      onChange: (listener) => changed.on(listener),
    };
  },
});
