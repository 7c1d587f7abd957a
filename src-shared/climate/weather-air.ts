import type { WeatherProblem } from '../model/weather';
import { message, type Message } from '../text/message';
import { relativeHumidityAt } from './moist-air';

/** More than these are counted and not listed. */
const MAX_PROBLEMS = 50;
/** No weather station on land has told less or more, °C. */
const [COLDEST_C, WARMEST_C] = [-90, 60];
/** Instruments tell more than saturated air holds; beyond this it is no humidity. */
const MAX_HUMIDITY = 110;

/** The air of one record; null = missing. °C and %. */
export interface WeatherAir {
  readonly dryBulbC: number | null;
  readonly dewPointC: number | null;
  readonly relativeHumidity: number | null;
}

/** What of a record can be: °C and %, null = nothing that is weather. */
export interface CheckedAir {
  readonly dryBulbC: number | null;
  readonly relativeHumidity: number | null;
  /** Why something that was told is left out. */
  readonly problem: Message | null;
}

/** Takes what air can have, the humidity by the dew point where it is not told itself. */
export function checkedAir({ dryBulbC, dewPointC, relativeHumidity: told }: WeatherAir): CheckedAir {
  if (dryBulbC === null) return { dryBulbC: null, relativeHumidity: null, problem: null };
  if (dryBulbC < COLDEST_C || dryBulbC > WARMEST_C)
    return { dryBulbC: null, relativeHumidity: null, problem: message('message.weather.temperature', { value: dryBulbC }) };
  if (told !== null && (told < 0 || told > MAX_HUMIDITY))
    return { dryBulbC, relativeHumidity: null, problem: message('message.weather.humidity', { value: told }) };
  const humidity = told ?? (dewPointC === null ? null : relativeHumidityAt(dryBulbC, dewPointC));
  return { dryBulbC, relativeHumidity: humidity === null ? null : Math.min(100, humidity), problem: null };
}

/** What was wrong in a file, by line. */
export class WeatherProblems {
  more = 0;
  private readonly list: WeatherProblem[] = [];

  add(line: number, problem: Message): void {
    if (this.list.length < MAX_PROBLEMS) this.list.push({ line, problem });
    else this.more += 1;
  }

  /** By line. */
  get listed(): WeatherProblem[] {
    return [...this.list].sort((a, b) => a.line - b.line);
  }
}
