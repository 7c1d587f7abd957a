import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { readWeatherFile } from '@shared/climate/weather-file';
import { readWeatherHistory, type WeatherClock } from '@shared/climate/weather-history';
import type { WeatherFile } from '@shared/climate/weather-hours';
import { weatherSummary } from '@shared/climate/weather-year';
import type { WeatherProblem, WeatherRecord, WeatherSummary } from '@shared/model/weather';
import { english, messageOf } from '@shared/text/message';
import type { CliContext } from './command';
import { formatTable } from './format';
import type { Terminal } from './terminal';

export interface WeatherRequest {
  readonly file: string;
  readonly dataDir: string | null;
  readonly keep: boolean;
  /** Records its hours as the weather that was. */
  readonly history: boolean;
  /** Of times that do not say theirs. */
  readonly clock: WeatherClock | null;
  readonly json: boolean;
}

const NO_VALUE = '—';
const SHOWN = 20;
/** Characters of a name, with the space behind it. */
const LABEL = 16;
const tenths = (value: number | null): string => (value === null ? NO_VALUE : value.toFixed(1));

/** Says what a year of weather comes to. @returns the exit code: 1 when the file is none */
export async function printWeather(request: WeatherRequest, context: CliContext): Promise<number> {
  const { file, dataDir, keep, json } = request;
  const { terminal } = context;
  if (request.history) return takeHistory(request, context);
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
    noteProblems(read.problems, read.moreProblems, terminal);
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

/** Records a file's hours. @returns the exit code: 1 when nothing was taken */
async function takeHistory({ file, dataDir, clock, json }: WeatherRequest, context: CliContext): Promise<number> {
  const { terminal } = context;
  const name = basename(file);
  try {
    const { history, problems, moreProblems } = readWeatherHistory(await readFile(file, 'utf8'), name, clock, Date.now());
    const running = await context.openCore(context.paths(dataDir));
    try {
      const record = await running.client.call('weather.takeFile', { history, file: name });
      if (json) {
        const told = problems.map(({ line, problem }) => ({ line, problem: english(problem) }));
        terminal.line(JSON.stringify({ ...record, problems: told, moreProblems }, null, 2));
      } else {
        printRecord(record, terminal);
        noteProblems(problems, moreProblems, terminal);
      }
    } finally {
      await running.close();
    }
    return 0;
  } catch (error) {
    terminal.note(`${file}: ${english(messageOf(error))}`);
    return 1;
  }
}

function printRecord({ name, file, device, fromMs, toMs, records, humid, gaps, expired }: WeatherRecord, terminal: Terminal): void {
  terminal.line(`${name} (${file}) is recorded as ${device}: outdoor temperature, humidity and wet bulb.`);
  terminal.line(`  ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`);
  terminal.line(`  ${records} records, ${humid} with humidity; ${gaps} gaps`);
  if (expired > 0) terminal.line(`  ${expired} records are older than samples are kept, and were left out`);
}

function noteProblems(problems: readonly WeatherProblem[], moreProblems: number, terminal: Terminal): void {
  for (const { line, problem } of problems.slice(0, SHOWN)) terminal.note(`line ${line}: ${english(problem)}`);
  const more = problems.length - Math.min(SHOWN, problems.length) + moreProblems;
  if (more > 0) terminal.note(`and ${more} more lines`);
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
