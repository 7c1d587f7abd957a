import { message, type Message } from '@shared/text/message';

/** How a person says what a file does not: with the options of the terminal, or with the fields of the window. */
export interface InputHints {
  readonly time: Message;
  readonly dates: Message;
  readonly start: Message;
  readonly zone: Message;
  readonly machine: Message;
  /** Which of two columns of one name is which. @param second how a mapping names the second */
  twins(column: string, second: string): Message;
}

export const terminalHints: InputHints = {
  time: '--time',
  dates: message('message.csv.way.dates', { first: '--dates day-first', second: '--dates month-first' }),
  start: '--start, as --start 2026-11-20T17:00',
  zone: '--zone',
  machine: '--machine local, or --machine NAME',
  twins: (column, second) => `--map '${quoted(column)}=gpu.power@gpu0,${quoted(second)}=gpu.power@gpu1'`,
};

export const windowHints: InputHints = {
  time: message('message.csv.way.time'),
  dates: message('message.csv.way.dateField'),
  start: message('message.csv.way.start'),
  zone: message('message.csv.way.zone'),
  machine: message('message.csv.way.machine'),
  twins: () => message('message.csv.way.twins'),
};

function quoted(name: string): string {
  return /[,="]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
