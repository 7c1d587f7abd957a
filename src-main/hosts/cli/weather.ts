import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { readWeatherFile } from '@shared/climate/weather-file';
import type { WeatherFile } from '@shared/climate/weather-hours';
import { weatherSummary } from '@shared/climate/weather-year';
import type { WeatherSummary } from '@shared/model/weather';
import { english, messageOf } from '@shared/text/message';
import type { CliContext } from './command';
import { formatTable } from './format';
import type { Terminal } from './terminal';

export interface WeatherRequest {
  readonly file: string;
  readonly dataDir: string | null;
  readonly keep: boolean;
  readonly json: boolean;
}

const NO_VALUE = '—';
const SHOWN = 20;
/** Characters of a name, with the space behind it. */
const LABEL = 16;
const tenths = (value: number | null): string => (value === null ? NO_VALUE : value.toFixed(1));

/** Says what a year of weather comes to. @returns the exit code: 1 when the file is none */
export async function printWeather({ file, dataDir, keep, json }: WeatherRequest, context: CliContext): Promise<number> {
  const { terminal } = context;
  let read: WeatherFile;
  try {
    read = readWeatherFile(await readFile(file, 'utf8'), basename(file));
  } catch (error) {
    terminal.note(`${file}: ${english(messageOf(error))}`);
    return 1;
  }
  const summary = weatherSummary(read.year);
  const problems = read.problems.map(({ line, problem }) => ({ line, problem: english(problem) }));
  if (json) terminal.line(JSON.stringify({ ...summary, problems, moreProblems: read.moreProblems, recordsLeftOut: read.leftOut }, null, 2));
  else {
    printSummary(summary, terminal);
    if (read.leftOut > 0) terminal.line(`${read.leftOut} records of other years were left out: the fullest year counts.`);
    for (const { line, problem } of problems.slice(0, SHOWN)) terminal.note(`line ${line}: ${problem}`);
    const more = problems.length - Math.min(SHOWN, problems.length) + read.moreProblems;
    if (more > 0) terminal.note(`and ${more} more lines`);
  }
  if (keep) {
    const running = await context.openCore(context.paths(dataDir));
    try {
      await running.client.call('weather.keep', { year: read.year, file: basename(file) });
    } finally {
      await running.close();
    }
    if (!json) terminal.line("Kept as the weather of the room's place.");
  }
  return 0;
}

function printSummary(summary: WeatherSummary, terminal: Terminal): void {
  const { design } = summary;
  const fact = (name: string, text: string): void => terminal.line(`  ${name.padEnd(LABEL)}${text}`);
  terminal.line([summary.name, summary.source].filter((part) => part !== '').join(' · '));
  fact('Hours', `${summary.hours} known, ${summary.missingHours} missing; wet bulb of ${summary.humidHours}`);
  fact('Dry bulb', `${tenths(summary.minC)} to ${tenths(summary.maxC)} °C, mean ${tenths(summary.meanC)} °C`);
  fact('Wet bulb', `up to ${tenths(summary.maxWetBulbC)} °C, mean ${tenths(summary.meanWetBulbC)} °C`);
  if (design.coolingC !== null)
    fact('Design', `${tenths(design.coolingC)} °C in summer (0.4 %), ${tenths(design.heatingC)} °C in winter (99.6 %)`);
  fact(
    'Degree days',
    `cooling ${tenths(summary.coolingDegreeDays21)} above 21 °C, ${tenths(summary.coolingDegreeDays18)} above 18 °C; heating ${tenths(summary.heatingDegreeDays18)} below 18 °C`,
  );
  terminal.line('');
  const columns = [
    { title: 'AT MOST °C', align: 'right' as const },
    { title: 'DRY BULB h', align: 'right' as const },
    { title: 'WET BULB h', align: 'right' as const },
  ];
  const rows = summary.below.map(({ limitC, dryBulbHours, wetBulbHours }) => [
    String(limitC),
    String(dryBulbHours),
    wetBulbHours === null ? NO_VALUE : String(wetBulbHours),
  ]);
  for (const line of formatTable(columns, rows)) terminal.line(line);
}
