import { hoursOfYear, type WeatherProblem, type WeatherYear } from '../model/weather';
import { message } from '../text/message';
import { checkedAir, type WeatherAir, type WeatherProblems } from './weather-air';
import { hourOfYear } from './weather-year';

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

export interface WeatherMoment {
  readonly month: number;
  readonly day: number;
  /** 0–23: the hour that begins there. */
  readonly hour: number;
}

/** Gathers a file's records into the hours of a year: several of one hour are its mean. What cannot be is told by line. */
export class WeatherHours {
  private readonly dry: HourMeans;
  private readonly humidity: HourMeans;
  /** Line of the first record of each hour. */
  private readonly lines: Int32Array;
  private readonly counts: Uint8Array;

  constructor(
    private readonly isLeap: boolean,
    /** Records that one hour has. */
    private readonly perHour: number,
    private readonly problems: WeatherProblems,
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

  add(line: number, { month, day, hour }: WeatherMoment, air: WeatherAir): void {
    const at = hourOfYear(month, day, hour, this.isLeap);
    if (at === null) {
      this.problems.add(line, message('message.weather.noDay', { month, day }));
      return;
    }
    if ((this.counts[at] ?? 0) >= this.perHour) {
      this.problems.add(line, message('message.weather.twice', { line: this.lines[at] ?? 0 }));
      return;
    }
    if (this.counts[at] === 0) this.lines[at] = line;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    const { dryBulbC, relativeHumidity, problem } = checkedAir(air);
    if (problem !== null) this.problems.add(line, problem);
    if (dryBulbC !== null) this.dry.add(at, dryBulbC);
    if (relativeHumidity !== null) this.humidity.add(at, relativeHumidity);
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
