import type { WeatherClock } from '@shared/climate/weather-history';
import { dataOption, defineCommand } from '../command';
import { UsageError } from '../usage';
import type { WeatherRequest } from '../weather';

export const epwCommand = defineCommand({
  name: 'epw',
  summary: "hours and degrees of a year's weather, from an EPW or CSV file",
  missing: 'Which file? epw FILE',
  define: (cli) =>
    cli
      .argument('<FILE>', 'an EPW file, or a table with a column of times and one of temperatures')
      .option('--keep', "keep it as the weather of the room's place, in place of the one before")
      .option('--history', 'record it as the outdoor temperature, humidity and wet bulb of the hours that it names: the weather that was')
      .option('--clock <CLOCK>', 'with --history: of times that do not say theirs: utc, local, or hours ahead of UTC all year (+1)')
      .option('--json', 'as JSON')
      .addOption(dataOption()),
  check: ({ data, keep, history, clock, json }, file): WeatherRequest => {
    if (keep === true && history === true) throw new UsageError('Either a typical year (--keep) or the weather that was (--history).');
    if (clock !== undefined && history !== true) throw new UsageError('--clock goes with --history.');
    return {
      file,
      dataDir: data ?? null,
      keep: keep === true,
      history: history === true,
      clock: clock === undefined ? null : parseClock(clock),
      json: json === true,
    };
  },
  run: async (request, context) => (await import('../weather')).printWeather(request, context),
});

/** @throws UsageError */
function parseClock(text: string): WeatherClock {
  if (text === 'utc' || text === 'local') return text;
  const hours = /^[+-]?\d{1,2}(\.\d{1,2})?$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(hours) || Math.abs(hours) > 14) throw new UsageError(`Which clock is ${text}? utc, local, or hours ahead of UTC (+1).`);
  return hours;
}
