import { isEpw, readEpw } from './epw';
import { readWeatherCsv } from './weather-csv';
import type { WeatherFile } from './weather-hours';

/**
 * Reads an EPW file, or a table with times and temperatures.
 * @param name of the file: what its place is called where it does not say
 * @throws {MessageError} saying what it lacks
 */
export function readWeatherFile(text: string, name: string): WeatherFile {
  const plain = text.replace(/^\uFEFF/, '');
  return isEpw(plain) ? readEpw(plain) : readWeatherCsv(plain, name);
}
