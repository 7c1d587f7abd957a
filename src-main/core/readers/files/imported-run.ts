import { statSync } from 'node:fs';
import { SCALARS_PER_RUN, type ScalarPoints } from '@shared/model/curve';
import { freshControl, plainLaunch } from '@shared/model/launch';
import type { ParamValue } from '@shared/model/param';
import { PARAM_TEXT_MAX } from '@shared/model/param';
import { IMPORTED_KIND, type Run, type ScalarExtremes } from '@shared/model/run';
import { FOUND_SHOWN_MAX, type FoundScalar } from '@shared/model/run-import';
import type { NoticeSink, ScalarReading } from '../reading';
import { scalarName } from '../scalar-name';
import type { FileParameter, FileSink } from './file-sink';

/** The parameter that tells which folder a run came from: by it an import that is made again is known. */
export const FOLDER_PARAM = 'importedFrom';
const MAX_PARAMS = 500;

interface Columns {
  readonly step: number[];
  readonly atMs: number[];
  readonly value: number[];
}

interface Scalar {
  /** Points that the database had before, which are passed. */
  known: number;
  told: number;
  lastStep: number;
  last: number;
  min: number;
  max: number;
  minStep: number;
  maxStep: number;
  pending: Columns;
}

/** Makes a run of what the files of a folder tell. Points that an import before this one kept are passed by their number. */
export class ImportedRun implements FileSink {
  private readonly scalars = new Map<string, Scalar>();
  private readonly params: Record<string, ParamValue>;
  private readonly fileTimes = new Map<string, number>();
  private startedAtMs = Infinity;
  private endedAtMs = -Infinity;
  private progress: Run['progress'];
  private isCrowded = false;
  private timesTaken = 0;
  /** Points that the database does not have yet. */
  pendingPoints = 0;
  freshPoints = 0;

  /**
   * @param before the run that an import of the same folder made; null = none did
   * @param known its points by name
   * @param currentPath the file that is read
   */
  constructor(
    private readonly id: string,
    private readonly folder: string,
    private readonly name: string,
    private readonly before: Run | null,
    private readonly known: ReadonlyMap<string, number>,
    private readonly currentPath: () => string | null,
    readonly notice: NoticeSink,
  ) {
    this.params = { ...before?.params, [FOLDER_PARAM]: folder };
    this.progress = before?.progress ?? { epoch: 0, step: 0 };
    this.startedAtMs = before?.startedAtMs ?? Infinity;
    this.endedAtMs = before?.endedAtMs ?? -Infinity;
  }

  get points(): number {
    let points = 0;
    for (const { told } of this.scalars.values()) points += told;
    return points;
  }

  get names(): number {
    return this.scalars.size;
  }

  readonly scalar = ({ name, step, epoch, value, atMs }: ScalarReading): void => {
    const scalar = this.scalarOf(name);
    if (scalar === null) return;
    const at = atMs ?? this.fileTime();
    const place = step ?? scalar.told;
    scalar.told++;
    scalar.last = value;
    scalar.lastStep = Math.max(scalar.lastStep, place);
    if (value < scalar.min && Number.isFinite(value)) [scalar.min, scalar.minStep] = [value, place];
    if (value > scalar.max && Number.isFinite(value)) [scalar.max, scalar.maxStep] = [value, place];
    this.startedAtMs = Math.min(this.startedAtMs, at);
    this.endedAtMs = Math.max(this.endedAtMs, at);
    this.progress = { epoch: Math.max(this.progress.epoch, Math.floor(epoch ?? 0)), step: Math.max(this.progress.step, place) };
    if (scalar.told <= scalar.known) return;
    scalar.pending.step.push(place);
    scalar.pending.atMs.push(at);
    scalar.pending.value.push(value);
    this.pendingPoints++;
    this.freshPoints++;
  };

  parameter(name: string, value: FileParameter): void {
    if (!(name in this.params) && Object.keys(this.params).length >= MAX_PARAMS) return;
    this.params[scalarName(name).slice(0, 100)] = typeof value === 'string' ? value.slice(0, PARAM_TEXT_MAX) : value;
  }

  other(): void {
    // Images and the like stay in their files.
  }

  /** Points that have no time of their own. */
  get withoutTime(): number {
    return this.timesTaken;
  }

  /** Names of which the files have fewer points than were kept before. */
  shrunk(): string[] {
    return [...this.known].filter(([name, points]) => (this.scalars.get(name)?.told ?? 0) < points).map(([name]) => name);
  }

  /** The first of the scalars, by name. */
  found(): FoundScalar[] {
    return [...this.scalars]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, FOUND_SHOWN_MAX)
      .map(([name, { told, lastStep, last }]) => ({ name, points: told, lastStep, last: Number.isFinite(last) ? last : null }));
  }

  /** What is to be added to the database now. */
  takePending(): ScalarPoints[] {
    const curves = [...this.scalars]
      .filter(([, { pending }]) => pending.value.length > 0)
      .map(([name, { pending }]) => ({ name, ...pending }));
    for (const scalar of this.scalars.values()) scalar.pending = { step: [], atMs: [], value: [] };
    this.pendingPoints = 0;
    return curves;
  }

  run(nowMs: number): Run {
    const scalars = [...this.scalars];
    const last = scalars.map(([name, scalar]) => [name, Number.isFinite(scalar.last) ? scalar.last : null] as const);
    const extremes: ScalarExtremes = Object.fromEntries(
      scalars
        .filter(([, { min, max }]) => min <= max)
        .map(([name, { min, max, minStep, maxStep }]) => [name, { min, max, minStep, maxStep }]),
    );
    return {
      ...(this.before ?? { name: this.name, tags: [], notes: '', createdAtMs: nowMs }),
      id: this.id,
      kind: IMPORTED_KIND,
      parent: null,
      recipe: IMPORTED_KIND,
      engine: IMPORTED_KIND,
      engineUsed: null,
      params: { ...this.params },
      paramSpecs: [],
      // Files do not tell how their program ended.
      status: 'succeeded',
      startedAtMs: Number.isFinite(this.startedAtMs) ? this.startedAtMs : nowMs,
      endedAtMs: Number.isFinite(this.endedAtMs) ? this.endedAtMs : nowMs,
      interruptions: [],
      failure: null,
      plan: null,
      progress: this.progress,
      last: { ...this.before?.last, ...Object.fromEntries(last) },
      extremes: { ...this.before?.extremes, ...extremes },
      declared: {},
      launch: plainLaunch,
      control: freshControl,
      result: null,
      // Nobody metered it here.
      energy: null,
    };
  }

  private scalarOf(told: string): Scalar | null {
    const name = scalarName(told);
    const found = this.scalars.get(name);
    if (found !== undefined || name === '') return found ?? null;
    if (this.scalars.size >= SCALARS_PER_RUN) {
      if (!this.isCrowded) this.notice(`There are more than ${SCALARS_PER_RUN} scalars; the others are left out.`);
      this.isCrowded = true;
      return null;
    }
    const made: Scalar = {
      known: this.known.get(name) ?? 0,
      told: 0,
      lastStep: 0,
      last: NaN,
      min: Infinity,
      max: -Infinity,
      minStep: 0,
      maxStep: 0,
      pending: { step: [], atMs: [], value: [] },
    };
    this.scalars.set(name, made);
    return made;
  }

  /** Of a file that tells no times: when it was written last. */
  private fileTime(): number {
    this.timesTaken++;
    const path = this.currentPath() ?? this.folder;
    let time = this.fileTimes.get(path);
    if (time === undefined) {
      time = Math.round(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      this.fileTimes.set(path, time);
    }
    return time;
  }
}
