import { defaultSettings } from '@shared/model/settings';
import { expect, it } from 'vitest';
import { csvFolderKind } from '../../../../../src-main/core/telemetry/collectors/csv-folder/kind';
import { httpJsonKind } from '../../../../../src-main/core/telemetry/collectors/http-json/kind';
import { staleAfterS } from '../../../../../src-main/core/telemetry/collectors/meters/told-stale';
import { prometheusQueryKind } from '../../../../../src-main/core/telemetry/collectors/prometheus-query/kind';

it('a value is too old after what was set, else after two and a half readings, and not within the least time', () => {
  const least = { leastS: 300 };
  expect(staleAfterS({ staleS: null, everyS: 15 }, least)).toBe(300);
  expect(staleAfterS({ staleS: null, everyS: 3600 }, least)).toBe(9000);
  // Whole seconds, as a range of a query has them.
  expect(staleAfterS({ staleS: null, everyS: 1001 }, least)).toBe(2503);
  expect(staleAfterS({ staleS: 60, everyS: 3600 }, least)).toBe(60);
});

it.each([
  [httpJsonKind, { url: 'http://meter.invalid/', points: ['power w'] }],
  [csvFolderKind, { folder: '/meters', timeColumn: 'Time', points: ['power P'] }],
  [prometheusQueryKind, { url: 'http://prometheus.invalid/', points: ['power w'] }],
])('is left open by a source that says nothing of it, and kept where it is said', (kind, settings) => {
  expect(kind.settingsOf(settings, defaultSettings)).toMatchObject({ staleS: null });
  expect(kind.settingsOf({ ...settings, staleS: 300 }, defaultSettings)).toMatchObject({ staleS: 300 });
});
