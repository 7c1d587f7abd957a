import { hoursOfYear, type WeatherProblem, type WeatherYear } from '../model/weather';
import { message, type Message } from '../text/message';
import { relativeHumidityAt } from './moist-air';
import { hourOfYear } from './weather-year';

/** More than these are counted and not listed. */
const MAX_PROBLEMS = 50;
/** No weather station on land has told less or more, °C. */
const [COLDEST_C, WARMEST_C] = [-90, 60];
/** Instruments tell more than saturated air holds; beyond this it is no humidity. */
const MAX_HUMIDITY = 110;

/** What a file of weather holds. */
export interface WeatherFile {
  readonly year: WeatherYear;
  /** Lines that could not be taken. */
  readonly problems: readonly WeatherProblem[];
  /** And how many more that are not listed. */
  readonly moreProblems: number;
  /** Records of other years than the one that was taken. */
  readonly leftOut: number;
}

/** The air of one record; null = missing. */
export interface WeatherAir {
  readonly dryBulbC: number | null;
  readonly dewPointC: number | null;
  readonly relativeHumidity: number | null;
}

export interface WeatherMoment {
  readonly month: number;
  readonly day: number;
  /** 0–23: the hour that begins there. */
  readonly hour: number;
}

/** Gathers a file's records into the hours of a year: several of one hour are its mean. What cannot be is told by line. */
export class WeatherHours {
  readonly problems: WeatherProblem[] = [];
  moreProblems = 0;
  private readonly dry: HourMeans;
  private readonly humidity: HourMeans;
  /** Line of the first record of each hour. */
  private readonly lines: Int32Array;
  private readonly counts: Uint8Array;

  constructor(
    private readonly isLeap: boolean,
    /** Records that one hour has. */
    private readonly perHour: number,
  ) {
    const hours = hoursOfYear(isLeap);
    this.dry = new HourMeans(hours);
    this.humidity = new HourMeans(hours);
    this.lines = new Int32Array(hours);
    this.counts = new Uint8Array(hours);
  }

  get dryBulbC(): Float64Array {
    return this.dry.means();
  }

  get relativeHumidity(): Float64Array {
    return this.humidity.means();
  }

  bad(line: number, problem: Message): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ line, problem });
    else this.moreProblems += 1;
  }

  add(line: number, { month, day, hour }: WeatherMoment, air: WeatherAir): void {
    const at = hourOfYear(month, day, hour, this.isLeap);
    if (at === null) {
      this.bad(line, message('message.weather.noDay', { month, day }));
      return;
    }
    if ((this.counts[at] ?? 0) >= this.perHour) {
      this.bad(line, message('message.weather.twice', { line: this.lines[at] ?? 0 }));
      return;
    }
    if (this.counts[at] === 0) this.lines[at] = line;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    const { dryBulbC, dewPointC } = air;
    if (dryBulbC === null) return;
    if (dryBulbC < COLDEST_C || dryBulbC > WARMEST_C) {
      this.bad(line, message('message.weather.temperature', { value: dryBulbC }));
      return;
    }
    this.dry.add(at, dryBulbC);
    const told = air.relativeHumidity;
    if (told !== null && (told < 0 || told > MAX_HUMIDITY)) this.bad(line, message('message.weather.humidity', { value: told }));
    else if (told !== null) this.humidity.add(at, Math.min(100, told));
    else if (dewPointC !== null) this.humidity.add(at, Math.min(100, relativeHumidityAt(dryBulbC, dewPointC)));
  }
}

class HourMeans {
  private readonly sums: Float64Array;
  private readonly counts: Uint8Array;

  constructor(hours: number) {
    this.sums = new Float64Array(hours);
    this.counts = new Uint8Array(hours);
  }

  add(at: number, value: number): void {
    this.sums[at] = (this.sums[at] ?? 0) + value;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
  }

  means(): Float64Array {
    return this.sums.map((sum, at) => (this.counts[at] === 0 ? NaN : sum / (this.counts[at] ?? 1)));
  }
}
