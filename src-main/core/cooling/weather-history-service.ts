import { moistAir, pressureAt } from '@shared/climate/moist-air';
import { WEATHER_DEVICE } from '@shared/climate/sensor-role';
import { historySince } from '@shared/climate/weather-history';
import { AppError } from '@shared/contract/errors';
import type { MetricId } from '@shared/model/metrics';
import type { SeriesKey } from '@shared/model/series';
import type { WeatherHistory, WeatherRecord } from '@shared/model/weather';
import { message } from '@shared/text/message';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import type { SeriesColumn } from '../store/samples/types';
import { storeService } from '../store/service';
import { telemetryService } from '../telemetry/service';

/** Past weather from files, as series of the hours that it is of. */
export interface WeatherFiles {
  list(): WeatherRecord[];
  /**
   * Records a file's weather; one of the same name is replaced, as far as its hours are the same.
   * @param file its name
   * @throws {AppError} `invalid-input` where all of it is older than what is kept
   */
  take(history: WeatherHistory, file: string): Promise<WeatherRecord>;
  /** With what was recorded of it. @throws {AppError} `not-found` */
  remove(device: string): void;
}

/** Recorded in one go, so that what else runs has its turn. */
const AT_ONCE = 20_000;
const MAX_STEM = 60;

export const weatherHistoryService = defineService({
  name: 'weatherFiles',
  needs: [storeService, settingsService, telemetryService],
  start({ store, settings, telemetry }): WeatherFiles {
    return {
      list: () => store.weatherFiles.list(),
      async take(history, file) {
        const kept = historySince(history, store.samples.rawFromMs);
        if (kept === null) throw new AppError('invalid-input', message('message.weather.expired', { name: file }));
        const { name, source, stepMs, atMs, dryBulbC, relativeHumidity } = kept;
        const [firstMs = NaN] = atMs;
        const lastMs = atMs.at(-1) ?? NaN;
        const device = deviceOf(file);
        const label = [...new Set([name, source, file])].filter((part) => part !== '').join(' · ');
        const pressurePa = pressureAt(history.altitudeM ?? settings.current.cooling.altitudeM);
        const wetBulbC = dryBulbC.map((value, i) => moistAir(value, relativeHumidity[i] ?? NaN, pressurePa)?.wetBulbC ?? NaN);
        const columns: readonly (readonly [MetricId, Float64Array])[] = [
          ['sensor.temperature', dryBulbC],
          ['sensor.humidity', relativeHumidity],
          ['sensor.wetbulb', wetBulbC],
        ];
        // Told by a station or a model of the weather that is not the room's: never a measurement of this room.
        const series = store.samples.ensureAllSeries(
          columns.map(([metric]): SeriesKey => ({ device, label, metric, provenance: 'derived' })),
        );
        for (let at = 0; at < atMs.length; at += AT_ONCE) {
          if (at > 0) await new Promise((resolve) => setImmediate(resolve));
          const times = atMs.slice(at, at + AT_ONCE);
          const parts = series.map(({ id }, i): SeriesColumn => ({
            seriesId: id,
            times,
            values: columns[i]?.[1].slice(at, at + AT_ONCE) ?? new Float64Array(),
          }));
          store.samples.commitColumns(parts, () => undefined);
        }
        const count = (values: Float64Array): number => values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
        const records = count(dryBulbC);
        const record: WeatherRecord = {
          device,
          file,
          name,
          source,
          fromMs: firstMs,
          toMs: lastMs,
          stepMs,
          records,
          humid: count(relativeHumidity),
          gaps: Math.max(0, Math.round((lastMs - firstMs) / stepMs) + 1 - records),
          expired: history.atMs.length - atMs.length,
          takenAtMs: Date.now(),
        };
        store.weatherFiles.put(record);
        telemetry.refreshSeries();
        return record;
      },
      remove(device) {
        if (!store.weatherFiles.remove(device)) throw new AppError('not-found', message('message.weather.noFile', { device }));
        telemetry.forgetDevice(device);
      },
    };
  },
});

/** A file's: of the same name, the same. */
function deviceOf(file: string): string {
  const stem = file
    .replace(/\.\w+$/, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, MAX_STEM);
  return `${WEATHER_DEVICE}${stem === '' ? 'weather' : stem}`;
}
