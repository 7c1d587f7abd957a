import { describe, expect, it } from 'vitest';
import { defaultSettings, Settings } from '@shared/model/settings';
import { openForWriting } from '../../../../src-main/core/store/file/open';
import { databasePath } from '../../../../src-main/core/store/writer';
import { temporaryFolder, testWriter } from '../support/stores';

/** A folder whose settings table holds these texts, as another version may have left them. */
function folderWith(rows: Readonly<Record<string, string>>): string {
  const dataDir = temporaryFolder();
  testWriter(dataDir).close();
  const db = openForWriting(databasePath(dataDir));
  const put = db.change('INSERT INTO settings (section, value) VALUES (?, ?)');
  for (const [section, value] of Object.entries(rows)) put.run(section, value);
  db.close();
  return dataDir;
}

function stored(dataDir: string): { settings: Record<string, string>; kept: unknown[] } {
  const db = openForWriting(databasePath(dataDir));
  const rows = db.query<{ section: string; value: string }>('SELECT section, value FROM settings').all();
  const kept = db.query('SELECT section, value, why FROM settings_kept ORDER BY id').all();
  db.close();
  return { settings: Object.fromEntries(rows.map(({ section, value }) => [section, value])), kept };
}

/** Every field of a section, by its path; of parts with alternatives, those of the default. */
function fieldsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[...path]];
  const entries = Object.entries(value);
  return entries.length === 0 ? [[...path]] : entries.flatMap(([key, part]) => fieldsOf(part, [...path, key]));
}

function without(value: unknown, [key = '', ...rest]: readonly string[]): unknown {
  const record = value as Record<string, unknown>;
  if (rest.length > 0) return { ...record, [key]: without(record[key], rest) };
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

/** Nothing in it is a default. */
const own: Settings = {
  logs: { maxBytesPerRun: 2 ** 21 },
  tariff: { pricePerKwh: 0.31, currency: 'EUR' },
  carbon: { gridKgPerKwh: 0.05 },
  facility: {
    ratedItPowerW: 5000,
    ups: { a0: 1, a1: 2, a2: 3 },
    pdu: { a0: 4, a1: 5, a2: 6 },
    cooling: { mode: 'outdoor', carnotFraction: 0.5, evaporatorTempC: 9, outdoorDryBulbC: 31, condenserApproachK: 8 },
    fansPercent: 7,
    pumpsPercent: 8,
    fixedPercent: 9,
  },
  cooling: {
    thermalClass: 'A3',
    altitudeM: 520,
    sensors: [{ device: 'sensor/a', role: 'inlet', zone: 'R1' }],
    outdoor: { dryBulbC: -3.5, relativeHumidity: null },
  },
  host: { basePowerW: 77, cpuIdleW: 11, cpuMaxW: 222 },
  gpu: { hz: 5, devices: { gpu0: { hz: 2 } } },
  power: { excludedDevices: ['gpu1'] },
  ui: { language: 'zh-CN', theme: 'dark', timeZone: 'utc', temperatureUnit: 'celsius' },
  shortcuts: { singleKeys: false, keys: { palette: 'Mod+P' } },
  retention: { rawDays: 30, rollupDays: [31, 32, 33, 34], ledgerQuarterDays: 36, eventDays: 35, maxBytes: 2 ** 30 },
  desktop: { meterInTray: true, startAtLogin: true },
};
const sections = Object.keys(Settings.shape) as (keyof Settings)[];

describe('settings', () => {
  it.each(sections.flatMap((section) => fieldsOf(defaultSettings[section]).map((path) => [section, path] as const)))(
    'of the section %s keep all other values when it gains the field %s',
    (section, path) => {
      const older = without(own[section], path);
      const dataDir = folderWith({ [section]: JSON.stringify(older) });
      const read = testWriter(dataDir).settings.load();
      expect(read?.unreadable).toEqual([]);
      const expected = Settings.parse({ ...defaultSettings, [section]: own[section] });
      const at = (settings: Settings): unknown =>
        path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], settings[section]);
      expect(at(read?.settings ?? own)).toEqual(at(defaultSettings));
      expect(without(read?.settings[section], path)).toEqual(without(expected[section], path));
    },
  );

  it('keep a fixed cooling model that lacks its number, and the keeping times of levels that there were', () => {
    const { mode } = { mode: 'fixed' };
    const dataDir = folderWith({
      facility: JSON.stringify({ ...own.facility, cooling: { mode } }),
      retention: '{"rawDays":30,"rollupDays":[31,32]}',
      gpu: '{"hz":5,"devices":{"gpu3":{}}}',
    });
    const read = testWriter(dataDir).settings.load();
    expect(read?.unreadable).toEqual([]);
    expect(read?.settings.facility).toEqual({ ...own.facility, cooling: { mode: 'fixed', cop: 4 } });
    expect(read?.settings.retention).toEqual({
      rawDays: 30,
      rollupDays: [31, 32, 3650, 3650],
      ledgerQuarterDays: 731,
      eventDays: 1096,
      maxBytes: null,
    });
    expect(read?.settings.gpu).toEqual({ hz: 5, devices: { gpu3: { hz: null } } });
  });

  const odd: readonly [string, string, string][] = [
    ['no JSON', '{"pricePerKwh":', 'not JSON'],
    ['a wrong type', '{"pricePerKwh":"cheap","currency":"EUR"}', 'pricePerKwh'],
    ['a value out of range', '{"pricePerKwh":-1,"currency":"USD"}', 'pricePerKwh'],
    ['a list', '[1,2]', 'expected object'],
    ['nothing', 'null', 'expected object'],
  ];
  it.each(odd)('of a section that holds %s are its defaults, and what is stored stays', (_, broken, why) => {
    const dataDir = folderWith({ tariff: broken, carbon: '{"gridKgPerKwh":0.05}' });
    const writer = testWriter(dataDir);
    expect(writer.settings.load()).toEqual({
      settings: { ...defaultSettings, carbon: { gridKgPerKwh: 0.05 } },
      unreadable: [{ section: 'tariff', why: expect.stringContaining(why) }],
    });
    writer.settings.save({ carbon: { gridKgPerKwh: 0.06 } });
    writer.close();
    expect(stored(dataDir)).toEqual({ settings: { tariff: broken, carbon: '{"gridKgPerKwh":0.06}' }, kept: [] });

    const again = testWriter(dataDir);
    again.settings.save({ tariff: own.tariff });
    again.settings.save({ tariff: { ...own.tariff, currency: 'USD' } });
    again.close();
    expect(stored(dataDir)).toEqual({
      settings: { tariff: '{"pricePerKwh":0.31,"currency":"USD"}', carbon: '{"gridKgPerKwh":0.06}' },
      kept: [{ section: 'tariff', value: broken, why: expect.stringContaining(why) }],
    });
  });

  it('of another version survive a change made here: its sections, and its fields of ours', () => {
    const dataDir = folderWith({ alerts: '{"quiet":true}', tariff: '{"pricePerKwh":0.2,"currency":"EUR","bands":[1,2]}' });
    const writer = testWriter(dataDir);
    expect(writer.settings.load()?.settings.tariff).toEqual({ pricePerKwh: 0.2, currency: 'EUR' });
    writer.settings.save({ tariff: own.tariff });
    writer.close();
    const { settings, kept } = stored(dataDir);
    expect(kept).toEqual([]);
    expect(settings['alerts']).toBe('{"quiet":true}');
    expect(JSON.parse(settings['tariff'] ?? '')).toEqual({ ...own.tariff, bands: [1, 2] });
  });
});
