import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { Log } from '@shared/base/log';
import { AppError } from '@shared/contract/errors';
import { bookingChange, followReadings } from '@shared/energy/manual-meter';
import type { ManualReading, ManualReadings, ManualReadingSeen } from '@shared/model/manual-reading';
import { message, messageOf } from '@shared/text/message';
import type { ManualReadingTable } from '../store/records/manual-readings';
import type { SampleTables } from '../store/samples/samples';
import type { ManualMeterForm } from './collectors/manual/form';
import { quantities } from './collectors/meters/quantities';
import type { Telemetry } from './telemetry';

/** A person's watch may be ahead by so much. */
const AHEAD_MS = 60_000;
/** No meter's reading is of before there were such rooms. */
const FIRST_MS = Date.UTC(2000, 0, 1);

/** What a source that is read by eye is asked of: its newest reading. */
export interface ManualSource {
  /** Null = nothing was entered. In the form's unit. */
  newest(source: string, form: ManualMeterForm): ManualReadingSeen | null;
  /** Whether anything was entered for a source of this id. */
  has(source: string): boolean;
}

export const noManualReadings: ManualSource = { newest: () => null, has: () => false };

/** A source that is read by eye, as it is set. */
export interface ManualMeterSource {
  readonly id: string;
  readonly label: string;
  readonly form: ManualMeterForm;
}

interface ManualReadingsOptions {
  readonly table: ManualReadingTable;
  readonly samples: Pick<SampleTables, 'ensureSeries' | 'commit'>;
  readonly telemetry: Pick<Telemetry, 'refreshSeries'>;
  readonly wallMs: () => number;
  readonly log: Log;
}

/** The readings that persons take by eye: kept, recorded at their own times, and their energy booked between them. */
export class EnteredReadings implements ManualSource {
  private readonly changes: Emitter<string>;
  /** By source and flow, as stored. */
  private readonly known = new Map<string, readonly ManualReading[]>();

  constructor(private readonly options: ManualReadingsOptions) {
    this.changes = new Emitter((error) => options.log('error', `a listener of the readings failed: ${String(error)}`));
  }

  /** Told of the source whose readings are others. */
  onChange(listener: (source: string) => void): Disposable {
    return this.changes.on(listener);
  }

  has(source: string): boolean {
    return this.options.table.has(source);
  }

  newest(source: string, form: ManualMeterForm): ManualReadingSeen | null {
    return followReadings(this.entered(source, form)).at(-1) ?? null;
  }

  list({ id, form }: ManualMeterSource): ManualReadings {
    return { unit: form.unit, readings: followReadings(this.entered(id, form)).reverse() };
  }

  /** @throws {AppError} `invalid-input`, `storage-…` */
  enter(meter: ManualMeterSource, reading: ManualReading, replaces: number | null): void {
    if (reading.atMs > this.options.wallMs() + AHEAD_MS || reading.atMs < FIRST_MS)
      throw new AppError('invalid-input', message('message.manual.time', { readAtMs: reading.atMs }));
    this.change(meter, replaces, reading);
  }

  /** @throws {AppError} `not-found`, `invalid-input` where those after it need it, `storage-…` */
  remove(meter: ManualMeterSource, atMs: number): void {
    this.change(meter, atMs, null);
  }

  private change(meter: ManualMeterSource, takenMs: number | null, put: ManualReading | null): void {
    const { id, form } = meter;
    const entered = this.entered(id, form);
    if (takenMs !== null && !entered.some(({ atMs }) => atMs === takenMs))
      throw new AppError('not-found', message('message.manual.gone', { readAtMs: takenMs }));
    const before = followReadings(entered);
    const kept = entered.filter(({ atMs }) => atMs !== takenMs && atMs !== put?.atMs);
    const after = followed(put === null ? kept : [...kept, put]);
    this.options.table.change(
      { source: id, flow: form.flow },
      {
        takenMs,
        put: put === null ? null : { ...put, value: put.value * form.factor },
        device: deviceOf(id),
        bookings: bookingChange(before, after, form.factor),
      },
    );
    this.known.delete(keyOf(id, form));
    this.record(meter, before, after);
    this.changes.emit(id);
  }

  /** At their own times, and none any more where one was taken back. */
  private record({ id, label, form }: ManualMeterSource, before: readonly ManualReadingSeen[], after: readonly ManualReadingSeen[]): void {
    const shownAt = new Map(before.map(({ atMs, shown }) => [atMs, shown]));
    const changed = after.filter(({ atMs, shown }) => shownAt.get(atMs) !== shown);
    const gone = before.filter(({ atMs }) => !after.some((one) => one.atMs === atMs));
    const { samples, telemetry, log } = this.options;
    try {
      const { id: seriesId } = samples.ensureSeries({
        device: deviceOf(id),
        label,
        metric: quantities[form.quantity],
        provenance: 'measured',
      });
      samples.commit([
        ...gone.map(({ atMs }) => ({ seriesId, atMs, value: null })),
        ...changed.map(({ atMs, shown }) => ({ seriesId, atMs, value: shown * form.factor })),
      ]);
      telemetry.refreshSeries();
    } catch (error) {
      // The reading itself is kept, and its energy booked.
      log('warn', `the readings of ${id} are not drawn: ${String(error)}`);
    }
  }

  private entered(source: string, form: ManualMeterForm): readonly ManualReading[] {
    const key = keyOf(source, form);
    const known = this.known.get(key) ?? this.options.table.of({ source, flow: form.flow });
    this.known.set(key, known);
    return known.map((reading) => ({ ...reading, value: Number((reading.value / form.factor).toPrecision(12)) }));
  }
}

const deviceOf = (source: string): string => `sensor/${source}`;
const keyOf = (source: string, { flow }: ManualMeterForm): string => `${flow} ${source}`;

function followed(readings: readonly ManualReading[]): ManualReadingSeen[] {
  try {
    return followReadings(readings);
  } catch (error) {
    throw new AppError('invalid-input', messageOf(error), { cause: error });
  }
}
