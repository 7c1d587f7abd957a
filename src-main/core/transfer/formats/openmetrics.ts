import { isKeyedMessage, message, type KeyedMessage, type Message } from '@shared/text/message';
import type { MappingRule } from '../mapping';
import type { SourceMachine } from '../source-machine';
import { isTaken, ruledKey } from '../taking';
import { parseMetadata, parseSample, type ParsedSample } from '../openmetrics-text';
import { numericTime } from '../values';
import type { FileHead, FormatReader, ReadOptions, RecordAt, RecordSink, TransferFormat } from './format';
import { numberOf } from './number-bytes';
import { namedTarget, NO_METADATA, type Family } from './prometheus-names';

const LF = 0x0a;
const SPACE = 0x20;
const HASH = 0x23;
/** What is longer is no line of measurements, bytes. */
const MAX_LINE = 64 * 1024;
const SHOWN_BYTES = 200;
/** Families whose metadata is kept: more than any exporter has. */
const MAX_FAMILIES = 20_000;
/** Series that are known again by their bytes. */
const MAX_KNOWN = 200_000;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * OpenMetrics text, the Prometheus text format (times in ms), names in quotes as Prometheus 3 writes them, and what
 * `promtool tsdb dump` writes. A scrape of an exporter, whose lines have no times, is of the time that the file was written.
 */
export const openMetrics: TransferFormat = {
  id: 'openmetrics',
  detect({ lines }) {
    if (lines.some((line) => /^#\s*(?:TYPE|HELP|UNIT)\s/.test(line) || line.trim() === '# EOF')) return 0.9;
    const first = lines.map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('#'));
    const sample = first === undefined ? message('message.record.noValue') : parseSample(first);
    return isKeyedMessage(sample) ? 0 : sample.time !== null || sample.labels.size > 0 ? 0.8 : 0.3;
  },
  open: (_head: FileHead, options: ReadOptions) => new OpenMetricsReader(options),
};

/** Name and labels as their bytes stand in the file, and where their values go. */
interface KnownSeries {
  readonly bytes: Buffer;
  readonly targets: readonly Target[];
  /** Why there is no target; told with each of its lines. */
  readonly problem: Message | null;
  /** What came after it the last time. */
  next: KnownSeries | null;
}
interface Target {
  readonly handle: number;
  readonly scale: number;
}

/** What is to be known to go on in the middle of a file. */
interface State {
  readonly families: readonly (readonly [string, Family])[];
  readonly timed: boolean | null;
  readonly inSeconds: boolean;
}

class OpenMetricsReader implements FormatReader, RecordAt {
  byte: number;
  line: number;
  private rest: Buffer = Buffer.alloc(0);
  private readonly byName = new Map<string, MappingRule[]>();
  private readonly families: Map<string, Family>;
  private readonly known = new Map<string, KnownSeries>();
  private expected: KnownSeries | null = null;
  /** Whether the lines have times, as the first of them; null before it. */
  private timed: boolean | null = null;
  private inSeconds = false;
  private ended = false;
  private skipping = false;
  /** Of the line that is being read. */
  private from = 0;
  private to = 0;
  private readonly modifiedMs: number;
  private readonly machine: SourceMachine;

  constructor({ rules, from, modifiedMs, machine }: ReadOptions) {
    this.machine = machine;
    this.byte = from?.byte ?? 0;
    this.line = from?.line ?? 1;
    this.modifiedMs = modifiedMs;
    for (const rule of rules) this.byName.set(rule.name, [...(this.byName.get(rule.name) ?? []), rule]);
    const state = from === null || from.state === null ? null : (JSON.parse(from.state) as State);
    this.families = new Map(state?.families);
    this.timed = state?.timed ?? null;
    this.inSeconds = state?.inSeconds ?? false;
  }

  get at(): RecordAt {
    return this;
  }

  get text(): string {
    return this.rest.toString('utf8', this.from, Math.min(this.to, this.from + SHOWN_BYTES));
  }

  get assumedAtMs(): number | null {
    return this.timed === false ? this.modifiedMs : null;
  }

  get endMissing(): boolean {
    return this.inSeconds && !this.ended;
  }

  state(): string {
    const state: State = { families: [...this.families], timed: this.timed, inSeconds: this.inSeconds };
    return JSON.stringify(state);
  }

  push(chunk: Buffer, sink: RecordSink): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let start = this.byte === 0 && this.rest.subarray(0, 3).equals(BOM) ? BOM.length : 0;
    for (let end = this.rest.indexOf(LF, start); end !== -1; end = this.rest.indexOf(LF, start)) {
      if (this.skipping) this.skipping = false;
      else this.take(start, end, sink);
      this.line += 1;
      start = end + 1;
    }
    if (this.rest.length - start > MAX_LINE) {
      if (!this.skipping) this.tell(start, this.rest.length, message('message.record.tooLong'), sink);
      this.skipping = true;
      start = this.rest.length;
    }
    this.byte += start;
    this.rest = this.rest.subarray(start);
  }

  end(sink: RecordSink): void {
    if (this.rest.length > 0 && !this.skipping) {
      this.take(0, this.rest.length, sink);
      this.line += 1;
    }
    this.byte += this.rest.length;
    this.rest = Buffer.alloc(0);
  }

  private tell(from: number, to: number, problem: Message, sink: RecordSink): void {
    this.from = from;
    this.to = to;
    sink.bad(problem);
  }

  private take(start: number, lineEnd: number, sink: RecordSink): void {
    const { rest } = this;
    let end = lineEnd;
    while (end > start && (rest[end - 1] as number) <= SPACE) end--;
    this.from = start;
    this.to = end;
    if (end === start) return;
    if (end - start > MAX_LINE) return sink.bad(message('message.record.tooLong'));
    if (!this.takeKnown(start, end, sink)) this.takeAny(rest.toString('utf8', start, end), sink);
  }

  /** Reads a line whose name and labels were read before, of which only bytes are compared. @returns whether it did */
  private takeKnown(start: number, end: number, sink: RecordSink): boolean {
    const { rest, expected } = this;
    if (expected === null) return false;
    const series =
      expected.next !== null && begins(rest, start, end, expected.next.bytes)
        ? expected.next
        : begins(rest, start, end, expected.bytes)
          ? expected
          : this.knownAt(start, end);
    if (series === null || series.problem !== null) return false;
    let at = start + series.bytes.length;
    while (rest[at] === SPACE) at++;
    const valueEnd = tokenEnd(rest, at, end);
    let timeFrom = valueEnd;
    while (rest[timeFrom] === SPACE) timeFrom++;
    const timeEnd = tokenEnd(rest, timeFrom, end);
    // No time, an exemplar, whatever is rare: not here.
    if (timeFrom === valueEnd || timeEnd !== end || rest[timeFrom] === HASH) return false;
    const value = numberOf(rest, at, valueEnd);
    const time = numberOf(rest, timeFrom, timeEnd);
    if (value !== value || time !== time) return false;
    expected.next = series;
    this.expected = series;
    this.give(series, numericTime(time), time, value, sink);
    return true;
  }

  /** The series that this line begins with, by its bytes up to the brace that ends it. */
  private knownAt(start: number, end: number): KnownSeries | null {
    const { rest } = this;
    // A brace may stand in a label too: then it is not found, and the line is read as any.
    const brace = rest.indexOf(0x7d, start);
    const to = brace === -1 || brace >= end ? tokenEnd(rest, start, end) : brace + 1;
    return this.known.get(rest.toString('latin1', start, to)) ?? null;
  }

  private takeAny(line: string, sink: RecordSink): void {
    const text = line.trim();
    if (text.startsWith('#')) return this.takeComment(text);
    const parsed = parseSample(text);
    if (isKeyedMessage(parsed)) return sink.bad(parsed);
    this.timed ??= parsed.time !== null;
    if (parsed.time === null && this.timed) return sink.bad(message('message.csv.noTime'));
    const series = this.seriesOf(text, parsed, sink);
    if (series.problem !== null) return sink.bad(series.problem);
    if (this.expected !== null) this.expected.next = series;
    this.expected = series;
    const time = parsed.time === null ? this.modifiedMs : Number(parsed.time);
    this.give(series, numericTime(time), time, parsed.value, sink);
  }

  private takeComment(text: string): void {
    this.ended = text === '# EOF';
    const given = parseMetadata(text);
    if (given === null || (!this.families.has(given.name) && this.families.size >= MAX_FAMILIES)) return;
    this.families.set(given.name, { ...(this.families.get(given.name) ?? NO_METADATA), [given.what]: given.text });
  }

  private give({ targets }: KnownSeries, atMs: number, time: number, value: number, sink: RecordSink): void {
    this.ended = false;
    if (time < 1e11) this.inSeconds = true;
    for (const { handle, scale } of targets) sink.sample(handle, atMs, value * scale);
  }

  private seriesOf(line: string, parsed: ParsedSample, sink: RecordSink): KnownSeries {
    const written = line.slice(0, parsed.end);
    const bytes = Buffer.from(written, 'utf8');
    const id = bytes.toString('latin1');
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const found = this.targetsOf(parsed, sink);
    const series: KnownSeries = {
      bytes,
      next: null,
      ...(isKeyedMessage(found) ? { targets: [], problem: found } : { targets: found, problem: null }),
    };
    if (this.known.size < MAX_KNOWN) this.known.set(id, series);
    return series;
  }

  private targetsOf({ name, labels }: ParsedSample, sink: RecordSink): Target[] | KeyedMessage {
    const rules = this.byName.get(name);
    if (rules === undefined) {
      const target = namedTarget(name, labels, this.familyOf(name), this.machine);
      return isKeyedMessage(target) ? target : [{ handle: sink.series(target.key, { name, labels }), scale: target.scale }];
    }
    const targets: Target[] = [];
    for (const rule of rules.filter(isTaken)) {
      const key = ruledKey(rule, labels);
      if (isKeyedMessage(key)) return key;
      targets.push({ handle: sink.series(key, { name, labels }), scale: rule.scale });
    }
    return targets;
  }

  /** A sample's family has its name, or its name without what its kind adds. */
  private familyOf(name: string): Family {
    const own = this.families.get(name);
    return own ?? this.families.get(name.replace(/_(?:total|sum|count|bucket|created|info)$/, '')) ?? NO_METADATA;
  }
}

function begins(bytes: Buffer, start: number, end: number, with_: Buffer): boolean {
  const n = with_.length;
  if (end - start <= n || bytes[start + n] !== SPACE) return false;
  for (let i = 0; i < n; i++) if (bytes[start + i] !== with_[i]) return false;
  return true;
}

function tokenEnd(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] as number) > SPACE) at++;
  return at;
}
