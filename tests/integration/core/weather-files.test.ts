import { afterAll, beforeAll, expect, it } from 'vitest';
import { readWeatherHistory } from '@shared/climate/weather-history';
import type { WeatherHistory } from '@shared/model/weather';
import { startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';

const HOUR_MS = 3_600_000;
let room: TestCore;
let page: TestPage;
/** A day ago, on the hour. */
const fromMs = (Math.floor(Date.now() / HOUR_MS) - 26) * HOUR_MS;

beforeAll(async () => {
  room = await startTestCore();
  page = room.open();
});
afterAll(() => room.close());

/** A day: twelve hours of frost, eight of heat, and four of which nothing is known, one of them between the others. */
function day(): WeatherHistory {
  const rows = Array.from({ length: 24 }, (_, hour) => {
    const at = new Date(fromMs + hour * HOUR_MS).toISOString();
    return hour === 6 || hour > 20 ? `${at},,` : `${at},${hour < 13 ? -10 : 35},60`;
  });
  return readWeatherHistory(['time,temperature,humidity', ...rows].join('\n'), 'Kiel 2026.csv', null, Date.now()).history;
}

it('makes the weather of the past the outdoor air of its hours, and takes it away with its file', async () => {
  const { client } = page;
  const range = { fromMs, toMs: fromMs + 24 * HOUR_MS };
  const before = await client.call('cooling.report', range);
  // One outdoor temperature of the settings, which is none of those hours'.
  expect(before.plant.freeBasis).toBe('weather');
  expect(before.plant.freeShare.value).toBeNull();

  const taken = await client.call('weather.takeFile', { history: day(), file: 'Kiel 2026.csv' });
  expect(taken).toMatchObject({
    ...{ device: 'file/weather/kiel-2026', file: 'Kiel 2026.csv', name: 'Kiel 2026', fromMs, toMs: fromMs + 23 * HOUR_MS },
    ...{ stepMs: HOUR_MS, records: 20, humid: 20, gaps: 4, expired: 0 },
  });
  const { plant } = await client.call('cooling.report', range);
  expect(plant.freeShare.value).toBeCloseTo(12 / 20, 9);
  expect(plant.freeShare.coverage).toBeCloseTo(20 / 24, 9);
  expect(plant.freeHours.value).toBeCloseTo(12, 9);

  const { series } = await client.call('series.find', { devices: [taken.device] });
  expect(series.map(({ metric, provenance, label }) => [metric, provenance, label])).toEqual(
    ['sensor.temperature', 'sensor.humidity', 'sensor.wetbulb'].map((metric) => [metric, 'derived', 'Kiel 2026 · Kiel 2026.csv']),
  );
  // Taken again, it is there once.
  await client.call('weather.takeFile', { history: day(), file: 'Kiel 2026.csv' });
  expect((await client.call('weather.files', {})).files).toHaveLength(1);
  expect(room.complaints).toEqual([]);

  expect((await client.call('weather.removeFile', { device: taken.device })).files).toEqual([]);
  expect((await client.call('series.find', { devices: [taken.device] })).series).toEqual([]);
  expect((await client.call('cooling.report', range)).plant.freeShare.value).toBeNull();
  await expect(client.call('weather.removeFile', { device: taken.device })).rejects.toMatchObject({ code: 'not-found' });
});
