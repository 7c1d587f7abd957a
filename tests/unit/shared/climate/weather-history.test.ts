import { heldOnGrid } from '@shared/climate/held-course';
import { historySince, readWeatherHistory } from '@shared/climate/weather-history';
import { roleByName } from '@shared/climate/sensor-role';
import { english, MessageError } from '@shared/text/message';
import { describe, expect, it } from 'vitest';

const NOW = Date.UTC(2026, 10, 1);
const at = (year: number, month: number, day: number, hour: number): number => Date.UTC(year, month - 1, day, hour);

const header = (source: string, offset = '1.0', perHour = 1): string[] => [
  `LOCATION,Kiel,SH,DEU,${source},100460,54.38,10.15,${offset},27.0`,
  ...['DESIGN CONDITIONS,0', 'TYPICAL/EXTREME PERIODS,0', 'GROUND TEMPERATURES,0', 'HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0'],
  ...['COMMENTS 1,', 'COMMENTS 2,', `DATA PERIODS,1,${perHour},Data,Sunday,1/1,12/31`],
];
const record = (year: number, month: number, day: number, hour: number, air = '10.0,5.0,71', minute = 60): string =>
  `${year},${month},${day},${hour},${minute},?9,${air},101325`;
const epw = (lines: readonly string[], source = 'SYNOP 2025', offset = '1.0', perHour = 1): string =>
  [...header(source, offset, perHour), ...lines].join('\n');
const rows = (text: string, clock: 'utc' | 'local' | number | null = 'utc') => {
  const { history, problems } = readWeatherHistory(text, 'file.csv', clock, NOW);
  return {
    history,
    problems: problems.map(({ line, problem }) => `${line}: ${english(problem)}`),
    told: [...history.atMs].map((time, i) => [time, history.dryBulbC[i], history.relativeHumidity[i]]),
  };
};
const refusal = (text: string, clock: 'utc' | null = null): string => {
  try {
    readWeatherHistory(text, 'weather.epw', clock, NOW);
    return 'taken';
  } catch (error) {
    return error instanceof MessageError ? english(error.localized) : String(error);
  }
};

describe('an EPW file of a year that was', () => {
  it('has hours that begin where the one before ends, at the place’s standard time, also over New Year', () => {
    const { told, history } = rows(epw([record(2024, 12, 31, 24, '1.0,0.0,93'), record(2025, 1, 1, 1, '2.0,9.9,80')]));
    expect(told).toEqual([
      [at(2024, 12, 31, 22), 1, 93],
      [at(2024, 12, 31, 23), 2, 80],
    ]);
    expect(history).toMatchObject({ name: 'Kiel, SH, DEU', source: 'SYNOP 2025', altitudeM: 27, stepMs: 3_600_000 });
  });

  it('may have several records an hour; codes for missing, and lines that cannot be, are gaps', () => {
    const { told, problems, history } = rows(
      epw(
        [
          record(2025, 1, 1, 1, '3.0,0.0,80', 30),
          record(2025, 1, 1, 1, '99.9,99.9,999', 60),
          record(2025, 1, 1, 2, '75.0,0.0,80', 30),
          record(2025, 2, 30, 1),
        ],
        'ISD',
        '0',
        2,
      ),
    );
    expect(told).toEqual([
      [at(2025, 1, 1, 0), 3, 80],
      [at(2025, 1, 1, 0) + 1_800_000, NaN, NaN],
      [at(2025, 1, 1, 1), NaN, NaN],
    ]);
    expect(problems).toEqual(['11: No weather has 75 °C', '12: There is no day 30 in month 2']);
    expect(history.stepMs).toBe(1_800_000);
  });

  it('is refused by name and line where its hours never were, or their time is not told', () => {
    expect(refusal(epw([record(2025, 1, 1, 1)], 'TMYx.2009-2023'))).toMatch(/^weather\.epw, line 1: a typical year by its own word \(TMYx/);
    expect(refusal(epw([record(2003, 1, 31, 24), record(2007, 2, 1, 1)]))).toMatch(
      /^weather\.epw, line 10: its months are of several years \(2003, 2007\)/,
    );
    // A year later and a month later: no year has its February after another's January.
    expect(refusal(epw([record(2003, 1, 31, 24), record(2004, 2, 1, 1)]))).toContain('line 10');
    expect(refusal(epw([record(2025, 1, 1, 1)], 'ISD', 'x'))).toBe('weather.epw, line 1: LOCATION does not tell the time zone.');
    expect(refusal(epw([record(2027, 1, 1, 1)]))).toMatch(/^weather\.epw, line 9: .*has not been yet/);
  });
});

describe('a table of the weather that was', () => {
  it('follows the zone of its rows, of the lines above them, or what is said', () => {
    expect(rows('time,temp,rh\n2025-07-01T00:00+02:00,20,50\n2025-07-01T01:00Z,21,60\n', null).told.map(([time]) => time)).toEqual([
      at(2025, 6, 30, 22),
      at(2025, 7, 1, 1),
    ]);
    const openMeteo = [
      'latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation',
      '54.3,10.1,5.0,7200,Europe/Berlin,GMT+2',
      '',
      'time,temperature_2m (°C),relative_humidity_2m (%)',
      '2025-07-01T00:00,18.4,77',
      '2025-07-01T01:00,18.0,',
    ];
    const meteo = rows(openMeteo.join('\n'), null);
    expect(meteo.told).toEqual([
      [at(2025, 6, 30, 22), 18.4, 77],
      [at(2025, 6, 30, 23), 18, NaN],
    ]);
    expect(meteo.history.altitudeM).toBe(5);
    const plain = 'date;temperature\n2025-07-01 00:00;4\n';
    expect(rows(plain, -5).told).toEqual([[at(2025, 7, 1, 5), 4, NaN]]);
    expect(rows(plain, 'local').told).toEqual([[new Date(2025, 6, 1).getTime(), 4, NaN]]);
    expect(refusal(plain)).toMatch(/^weather\.epw, line 2: its times do not say by which clock/);
  });

  it('is put in order, each time once; hours named by their ends begin an hour before', () => {
    const { told, problems } = rows(
      'time,temperature\n2025-01-01 02:00,2\n2025-01-01 01:00,1\n2025-01-01 02:00,9\n2025-01-01 03:00,cold\n',
    );
    expect(told.map(([time, dry]) => [time, dry])).toEqual([
      [at(2025, 1, 1, 1), 1],
      [at(2025, 1, 1, 2), 2],
      [at(2025, 1, 1, 3), NaN],
    ]);
    expect(problems).toEqual(['4: Its hour was told before, on line 2', '5: No numbers: 2025-01-01 03:00,cold']);
    expect(rows('time,temperature\n2025-01-01 23:00,1\n2025-01-01 24:00,2\n').told.map(([time]) => time)).toEqual([
      at(2025, 1, 1, 22),
      at(2025, 1, 1, 23),
    ]);
  });
});

it('is cut at what is kept, or is nothing', () => {
  const { history } = rows('time,temperature,rh\n2025-01-01 01:00,1,50\n2025-01-01 02:00,2,60\n');
  expect(historySince(history, -Infinity)).toEqual(history);
  const cut = historySince(history, at(2025, 1, 1, 1) + 1);
  expect(cut === null ? null : [...cut.atMs, ...cut.dryBulbC, ...cut.relativeHumidity]).toEqual([at(2025, 1, 1, 2), 2, 60]);
  expect(historySince(history, at(2025, 1, 2, 0))).toBeNull();
});

it('lets a value stand for as long as its source takes to tell the next, and no longer', () => {
  const minute = 60_000;
  const hours = [0, 1, 2, 5].map((hour) => hour * 60 * minute);
  const held = heldOnGrid({ timesMs: hours, mean: [1, NaN, 3, 4] }, 10 * minute);
  expect([...held]).toEqual([
    ...[0, 1, 2, 3, 4, 5].map((slot) => [slot, 1]),
    ...[12, 13, 14, 15, 16, 17].map((slot) => [slot, 3]),
    ...[30, 31, 32, 33, 34, 35].map((slot) => [slot, 4]),
  ]);
  // As often as the grid, or more often: means, as of any other series.
  expect([...heldOnGrid({ timesMs: [0, 1, 2, 3], mean: [1, 3, 5, 7] }, 2)]).toEqual([
    [0, 2],
    [1, 6],
  ]);
});

it('is of the air outdoors, whatever its place is called', () => {
  expect(roleByName('file/weather/systemboard-core', 'CPU')).toBe('outdoor');
});
