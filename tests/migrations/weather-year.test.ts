import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WeatherYear } from '@shared/model/weather';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-weather-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function fixture(version: number, more = ''): void {
  const db = openForWriting(databasePath(dataDir));
  db.exec(readFileSync(join(import.meta.dirname, 'fixtures', `store-v${version}.sql`), 'utf8') + more);
  db.close();
}

const hours = (of: (hour: number) => number): Float64Array => Float64Array.from({ length: 8_760 }, (_, hour) => of(hour));
const year: WeatherYear = {
  name: 'Altdorf',
  source: 'IWEC',
  latitude: null,
  longitude: null,
  utcOffsetH: 8,
  altitudeM: null,
  design: { heatingC: null, coolingC: null, coolingWetBulbC: null },
  isLeap: false,
  dryBulbC: hours((hour) => hour / 1000),
  relativeHumidity: hours((hour) => (hour === 7 ? NaN : 50)),
};

it('the version before has no year of weather; one is kept, replaced and taken away', () => {
  fixture(32);
  const before = openWriter({ dataDir });
  expect(before.weatherYear.load()).toBeNull();
  before.weatherYear.put({ year: { ...year, name: 'first' }, file: 'a.epw', takenAtMs: 1 });
  before.weatherYear.put({ year, file: 'b.epw', takenAtMs: 2 });
  before.close();
  const writer = openWriter({ dataDir });
  expect(writer.weatherYear.load()).toEqual({ year, file: 'b.epw', takenAtMs: 2 });
  writer.weatherYear.remove();
  expect(writer.weatherYear.load()).toBeNull();
  writer.close();
});

it('that of version 33 is read, and one that cannot be read stays where it is', () => {
  fixture(33);
  const writer = openWriter({ dataDir });
  expect(writer.weatherYear.load()).toMatchObject({
    file: 'Neustadt.epw',
    year: { name: 'Neustadt', utcOffsetH: 1, design: { coolingC: 30.4 } },
  });
  writer.close();
  const db = openForWriting(databasePath(dataDir));
  db.exec("UPDATE weather_year SET dry_bulb = x'00'");
  db.close();
  const said: string[] = [];
  const broken = openWriter({ dataDir, log: (level, text) => void said.push(`${level} ${text}`) });
  expect(broken.weatherYear.load()).toBeNull();
  expect(said.filter((line) => line.startsWith('warn the year of weather'))).toHaveLength(1);
  broken.close();
});
