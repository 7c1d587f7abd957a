import type { WeatherRequest } from '../weather';
import { dataOption, defineCommand } from '../command';

export const epwCommand = defineCommand({
  name: 'epw',
  summary: "hours and degrees of a year's weather, from an EPW or CSV file",
  missing: 'Which file? epw FILE',
  define: (cli) =>
    cli
      .argument('<FILE>', 'an EPW file, or a table with a column of times and one of temperatures')
      .option('--keep', "keep it as the weather of the room's place, in place of the one before")
      .option('--json', 'as JSON')
      .addOption(dataOption()),
  check: ({ data, keep, json }, file): WeatherRequest => ({ file, dataDir: data ?? null, keep: keep === true, json: json === true }),
  run: async (request, context) => (await import('../weather')).printWeather(request, context),
});
