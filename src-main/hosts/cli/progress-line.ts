import type { Terminal } from './terminal';

const LIVE_EVERY_MS = 200;
const PLAIN_EVERY_MS = 5_000;

/** Tells how far a work is: in place on a terminal, elsewhere a line every 5 s. @returns to be called as often as there is news */
export function progressLine(terminal: Terminal, now: () => number = () => performance.now()): (text: () => string) => void {
  const everyMs = terminal.isInteractive ? LIVE_EVERY_MS : PLAIN_EVERY_MS;
  let dueMs = now() + everyMs;
  return (text) => {
    if (now() < dueMs) return;
    dueMs = now() + everyMs;
    if (terminal.isInteractive) terminal.setLive(text());
    else terminal.note(text());
  };
}

export const percent = (done: number, total: number): string =>
  `${String(total === 0 ? 100 : Math.floor((100 * done) / total)).padStart(3)} %`;

export const count = (value: number, one: string, many = `${one}s`): string =>
  `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`;

/** "12.3 MB", decimal. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${step === 0 ? value : (value / 1000 ** step).toFixed(1)} ${units[step]}`;
}
