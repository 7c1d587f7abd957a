import { phrase, type Said } from '@shared/phrases/phrase';

/** How a person says what a file does not: with the options of the terminal, or with the fields of the window. */
export interface Ways {
  readonly time: Said;
  readonly dates: Said;
  readonly start: Said;
  readonly zone: Said;
  readonly machine: Said;
  /** Which of two columns of one name is which. @param second how a mapping names the second */
  twins(column: string, second: string): Said;
}

export const terminalWays: Ways = {
  time: '--time',
  dates: phrase('said.csv.way.dates', { first: '--dates day-first', second: '--dates month-first' }),
  start: '--start, as --start 2026-11-20T17:00',
  zone: '--zone',
  machine: '--machine local, or --machine NAME',
  twins: (column, second) => `--map '${quoted(column)}=gpu.power@gpu0,${quoted(second)}=gpu.power@gpu1'`,
};

export const windowWays: Ways = {
  time: phrase('said.csv.way.time'),
  dates: phrase('said.csv.way.dateField'),
  start: phrase('said.csv.way.start'),
  zone: phrase('said.csv.way.zone'),
  machine: phrase('said.csv.way.machine'),
  twins: () => phrase('said.csv.way.twins'),
};

function quoted(name: string): string {
  return /[,="]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
