import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import { startMoment, type StartMoment } from './times';
import { isZone, systemZone, zoneWord } from './zones';

/** The zone that a person named, else this machine's. @throws {AppError} `invalid-input` for what is none */
export function chosenZone(text: string | null): string {
  if (text === null || text.trim() === '' || text.trim().toLowerCase() === 'local') return systemZone();
  const zone = text.trim();
  if (isZone(zone)) return zone;
  const word = zoneWord(zone);
  if (typeof word === 'number') return offsetName(word);
  throw new AppError('invalid-input', message('message.csv.noZone', { zone }));
}

function offsetName(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}

/** Where a person said that a file begins. @throws {AppError} `invalid-input` for what is no moment */
export function chosenStart(text: string | null): StartMoment | null {
  if (text === null || text.trim() === '') return null;
  const start = startMoment(text);
  if (start === null) throw new AppError('invalid-input', message('message.csv.badStart', { text }));
  return start;
}
