import { z } from 'zod';
import type { Log } from '@shared/base/log';
import { WeatherYear } from '@shared/model/weather';
import { parseJson } from '../file/json';
import type { Migration } from '../file/migration';
import type { WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';

/** A year's weather with the file it came from. */
export interface StoredWeather {
  readonly year: WeatherYear;
  readonly file: string;
  readonly takenAtMs: number;
}

export interface WeatherTable {
  /** Null = there is none. One that cannot be read stays where it is, with a line in the log. */
  load(): StoredWeather | null;
  /** In place of the one before. */
  put(weather: StoredWeather): void;
  remove(): void;
}

interface Row {
  readonly takenAtMs: number;
  readonly file: string;
  readonly place: string;
  readonly dryBulb: Uint8Array;
  readonly humidity: Uint8Array;
}

const ONE = 1;

function openWeatherTable(db: WriteHandle, log: Log): WeatherTable {
  const select = db.query<Row>(
    'SELECT taken_at_ms AS takenAtMs, file, place, dry_bulb AS dryBulb, humidity FROM weather_year WHERE id = ?',
  );
  const put = db.change(
    `INSERT INTO weather_year (id, taken_at_ms, file, place, dry_bulb, humidity) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
     SET taken_at_ms = excluded.taken_at_ms, file = excluded.file, place = excluded.place, dry_bulb = excluded.dry_bulb, humidity = excluded.humidity`,
  );
  const remove = db.change('DELETE FROM weather_year WHERE id = ?');
  return {
    load() {
      const row = select.get(ONE);
      if (row === undefined) return null;
      const place = z.record(z.string(), z.unknown()).safeParse(parseJson(row.place));
      const read = WeatherYear.safeParse({ ...place.data, dryBulbC: doubles(row.dryBulb), relativeHumidity: doubles(row.humidity) });
      if (read.success) return { year: read.data, file: row.file, takenAtMs: row.takenAtMs };
      log('warn', `the year of weather cannot be read and is left out: ${read.error.issues[0]?.message ?? ''}`);
      return null;
    },
    put: ({ year, file, takenAtMs }) => {
      const { dryBulbC, relativeHumidity, ...place } = year;
      db.transaction(() => void put.run(ONE, takenAtMs, file, JSON.stringify(place), bytes(dryBulbC), bytes(relativeHumidity)));
    },
    remove: () => db.transaction(() => void remove.run(ONE)),
  };
}

/** Little-endian, as every machine that this runs on has them. */
const bytes = (values: Float64Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const doubles = (blob: Uint8Array): Float64Array => new Float64Array(new Uint8Array(blob).buffer, 0, Math.floor(blob.byteLength / 8));

const table: Migration = {
  version: 33,
  name: 'weather year',
  sql: `
    -- The weather of the room's place, one row at most (model/weather.ts).
    CREATE TABLE weather_year (
      id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
      taken_at_ms INTEGER NOT NULL,
      file TEXT NOT NULL,
      -- A JSON object: name, source, coordinates, offset from UTC, altitude, design conditions, whether a leap year.
      place TEXT NOT NULL,
      -- Doubles by hour of the year, little-endian; NaN = missing: °C, %.
      dry_bulb BLOB NOT NULL,
      humidity BLOB NOT NULL
    ) STRICT;
  `,
};

/** The year of weather that a person took in. */
export const weatherYear = repository({ migrations: [table], write: ({ db, log }) => openWeatherTable(db, log), ...noQueries });
