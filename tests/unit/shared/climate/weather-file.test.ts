import { hourAt, hourOfYear, weatherSummary, wetBulbs } from '@shared/climate/weather-year';
import { readWeatherFile } from '@shared/climate/weather-file';
import type { WeatherYear } from '@shared/model/weather';
import { english } from '@shared/text/message';
import { describe, expect, it } from 'vitest';

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

interface Given {
  readonly leap?: 'Yes' | 'No';
  readonly perHour?: number;
  readonly design?: string;
  readonly records?: readonly string[];
}

/** Hour, then what it holds from the dry bulb on. */
const record = (month: number, day: number, hour: number, air = '10.0,5.0,71,101325', minute = 60, year = 2001): string =>
  `${year},${month},${day},${hour},${minute},?9?9?9?9E0?9?9,${air},0,0,300,0,0,0,0,0,0,0,180,3.0,5,5,20.0,77777,9,999999999,100,0.1,0,88,0.0,0.0,1.0`;

function epw({ leap = 'No', perHour = 1, design = '0', records = [] }: Given): string {
  return [
    'LOCATION,"Neustadt, West",HE,DEU,TMYx,106370,50.03,8.55,1.0,112.0',
    `DESIGN CONDITIONS,${design}`,
    'TYPICAL/EXTREME PERIODS,0',
    'GROUND TEMPERATURES,0',
    `HOLIDAYS/DAYLIGHT SAVINGS,${leap},0,0,0`,
    'COMMENTS 1,"Custom, with ""quotes"" and, commas"',
    'COMMENTS 2,',
    `DATA PERIODS,1,${perHour},Data,Sunday,1/1,12/31`,
    ...records,
  ].join('\r\n');
}

/** A whole year, colder in winter: 10 °C less 10 K times the cosine of the day. */
function wholeYear(isLeap: boolean): string[] {
  const records: string[] = [];
  DAYS.forEach((days, month) => {
    for (let day = 1; day <= (month === 1 && isLeap ? 29 : days); day++)
      for (let hour = 1; hour <= 24; hour++) records.push(record(month + 1, day, hour, `${month}.0,99.9,50,999999`, 60, 1990 + month));
  });
  return records;
}

const at = (year: WeatherYear, month: number, day: number, hour: number): readonly (number | undefined)[] => {
  const index = hourOfYear(month, day, hour, year.isLeap) ?? -1;
  return [year.dryBulbC[index], year.relativeHumidity[index]];
};

describe('an EPW file', () => {
  it('is read whole, with months of different years, and hours that end where they are named', () => {
    const { year, problems } = readWeatherFile(`\uFEFF${epw({ records: wholeYear(false) })}`, 'x.epw');
    expect(problems).toEqual([]);
    expect(year).toMatchObject({
      name: 'Neustadt, West, HE, DEU',
      source: 'TMYx',
      latitude: 50.03,
      longitude: 8.55,
      utcOffsetH: 1,
      altitudeM: 112,
    });
    expect(year.dryBulbC).toHaveLength(8_760);
    expect(year.dryBulbC[0]).toBe(0);
    // Hour 24 of the last of January is its last hour, not the first of February.
    expect(year.dryBulbC[31 * 24 - 1]).toBe(0);
    expect(year.dryBulbC[31 * 24]).toBe(1);
    expect(year.dryBulbC[8_759]).toBe(11);
  });

  it('has 8,784 hours in a leap year, by the flag or by the day', () => {
    const leap = readWeatherFile(epw({ leap: 'Yes', records: wholeYear(true) }), '').year;
    expect([leap.isLeap, leap.dryBulbC.length, at(leap, 2, 29, 0)]).toEqual([true, 8_784, [1, 50]]);
    const unsaid = readWeatherFile(epw({ records: [record(2, 29, 1), record(3, 1, 1)] }), '').year;
    expect([unsaid.isLeap, at(unsaid, 3, 1, 0)[0]]).toEqual([true, 10]);
  });

  it('takes missing codes for missing, derives humidity from dew point, and clamps what is above saturation', () => {
    const { year, problems } = readWeatherFile(
      epw({
        records: [
          record(1, 1, 1, '99.9,99.9,999,999999'),
          record(1, 1, 2, '20.0,9.26,999,101325'),
          record(1, 1, 3, '20.0,99.9,999,101325'),
          record(1, 1, 4, '20.0,21.0,104,101325'),
          record(1, 1, 5, ',,,'),
          record(1, 1, 6, '100.5,120,1000,999999'),
        ],
      }),
      '',
    );
    expect(problems).toEqual([]);
    expect(at(year, 1, 1, 0)).toEqual([NaN, NaN]);
    expect(at(year, 1, 1, 1)[1]).toBeCloseTo(50, 0);
    expect(at(year, 1, 1, 2)).toEqual([20, NaN]);
    expect(at(year, 1, 1, 3)).toEqual([20, 100]);
    expect(at(year, 1, 1, 4)).toEqual([NaN, NaN]);
    expect(at(year, 1, 1, 5)).toEqual([NaN, NaN]);
  });

  it('takes the mean of an hour that has several records', () => {
    const quarters = [15, 30, 45, 60].map((minute, i) => record(1, 1, 1, `${10 + i}.0,5.0,50,101325`, minute));
    const { year, problems } = readWeatherFile(epw({ perHour: 4, records: [...quarters, quarters[0] ?? ''] }), '');
    expect(year.dryBulbC[0]).toBe(11.5);
    expect(problems.map(({ line, problem }) => [line, english(problem)])).toEqual([[13, 'Its hour was told before, on line 9']]);
  });

  it('has the design conditions of its header', () => {
    const design =
      '1,"Climate Design Data 2009, ASHRAE Handbook",,Heating,1,-10.2,-7.6,-13.9,1.1,-8.9,Cooling,7,11.2,30.4,19.8,28.6,19.1,Extremes,9.1';
    expect(readWeatherFile(epw({ design, records: [record(1, 1, 1)] }), '').year.design).toEqual({
      heatingC: -10.2,
      coolingC: 30.4,
      coolingWetBulbC: 19.8,
    });
    expect(readWeatherFile(epw({ records: [record(1, 1, 1)] }), '').year.design).toEqual({
      heatingC: null,
      coolingC: null,
      coolingWetBulbC: null,
    });
  });

  it('says what is wrong by line, and takes the rest', () => {
    const { problems, year } = readWeatherFile(
      epw({
        records: [
          record(1, 1, 0),
          record(1, 1, 25),
          record(2, 30, 1),
          record(13, 1, 1),
          record(1, 1, 1, 'warm,5.0,71,101325'),
          '2001,1,1,2',
          record(1, 1, 3, '75.0,5.0,71,101325'),
          record(1, 1, 4, '20.0,5.0,130,101325'),
          record(1, 1, 5),
        ],
      }),
      '',
    );
    expect(problems.map(({ line }) => line)).toEqual([9, 10, 11, 12, 13, 14, 15, 16]);
    expect(english(problems[4]?.problem ?? '')).toBe('No numbers: warm,5.0,71');
    expect(year.dryBulbC[4]).toBe(10);
    expect(() => readWeatherFile(epw({}), '')).toThrow('no hour of weather');
    expect(() => readWeatherFile('LOCATION,a,b,c\n1\n2\n', '')).toThrow('DATA PERIODS');
    expect(() => readWeatherFile(epw({ perHour: 0, records: [record(1, 1, 1)] }), '')).toThrow('Line 8');
  });

  it('comes to hours and degrees', () => {
    const summary = weatherSummary(readWeatherFile(epw({ records: wholeYear(false) }), '').year);
    // Days of the months times 0 to 11 °C.
    const sum = DAYS.reduce((total, days, month) => total + days * month, 0);
    expect(summary).toMatchObject({ hours: 8_760, missingHours: 0, humidHours: 8_760, minC: 0, maxC: 11 });
    expect(summary.meanC).toBeCloseTo(sum / 365, 9);
    expect(summary.heatingDegreeDays18).toBeCloseTo(18 * 365 - sum, 6);
    expect(summary.coolingDegreeDays21).toBe(0);
    expect(summary.below.find(({ limitC }) => limitC === 5)?.dryBulbHours).toBe((31 + 28 + 31 + 30 + 31 + 30) * 24);
    expect(summary.below.find(({ limitC }) => limitC === 10)?.wetBulbHours).toBe(8_760);
  });
});

describe('a table of weather', () => {
  it('is read by its header, whatever it is cut by, and in °F too', () => {
    const { year } = readWeatherFile(
      '# station 7\ndate;Temperatur °C;Feuchte;RH %\n2010-01-01 00:00;12,5;x;80\n2010-01-01T01:00:00Z;;1;\n',
      'Kiel 2010.csv',
    );
    expect([year.name, year.source, year.dryBulbC[0], year.relativeHumidity[0], year.dryBulbC[1]]).toEqual([
      'Kiel 2010',
      '2010',
      12.5,
      80,
      NaN,
    ]);
    const fahrenheit = readWeatherFile('time,air_temp_F,dew_point_F\n2010/01/01 01:00,50,41\n', 'a.csv').year;
    expect(fahrenheit.dryBulbC[1]).toBeCloseTo(10, 9);
    expect(fahrenheit.relativeHumidity[1]).toBeCloseTo(71, 0);
  });

  it('knows hours by their ends from 24:00 on, and takes the fullest of several years', () => {
    const rows = ['2010-01-01 01:00,1', '2010-01-01 24:00,24', '2011-12-31 12:00,9'];
    const { year, leftOut } = readWeatherFile(['time,temperature', ...rows].join('\n'), 'a.csv');
    expect([year.dryBulbC[0], year.dryBulbC[23], year.dryBulbC[24], leftOut]).toEqual([1, 24, NaN, 1]);
  });

  it('says which lines cannot be read, and what a file lacks', () => {
    const { problems } = readWeatherFile('time,temperature\n01/02/2010,4\n2010-01-01 00:00,mild\n2010-01-01 01:00,4\n', 'a.csv');
    expect(problems.map(({ line }) => line)).toEqual([2, 3]);
    expect(() => readWeatherFile('time,wind\n2010-01-01 00:00,4\n', 'a.csv')).toThrow('It has: time, wind');
    expect(() => readWeatherFile('hour,temperature\n1,4\n', 'a.csv')).toThrow('No column of the file is one of times');
    expect(() => readWeatherFile('time,temperature\n', 'a.csv')).toThrow('no hour of weather');
  });
});

it('knows the hour of the year of a moment, at the place', () => {
  const atMs = Date.UTC(2028, 1, 29, 23, 30);
  expect(hourAt({ isLeap: true, utcOffsetH: 0 }, atMs)).toBe(59 * 24 + 23);
  // A year without that day: the day before stands for it.
  expect(hourAt({ isLeap: false, utcOffsetH: 0 }, atMs)).toBe(58 * 24 + 23);
  expect(hourAt({ isLeap: false, utcOffsetH: 1 }, atMs)).toBe(59 * 24);
});

it('has the wet bulb of air by PsychroLib, at the altitude of the place', () => {
  const { year } = readWeatherFile('time,temperature,humidity\n2010-01-01 00:00,20,50\n', 'a.csv');
  expect(wetBulbs(year)[0]).toBeCloseTo(13.7834, 3);
});
