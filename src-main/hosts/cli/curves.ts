import { AppError } from '@shared/contract/errors';
import { MAX_CURVE_ENTRIES, toScalarValue, type Curve, type CurveAxis } from '@shared/model/curve';
import type { ReadHandle } from '../../core/store/file/open';
import { openCurveQuery } from '../../core/store/samples/curves/query';
import type { CliContext } from './command';
import { findRun, openRuns } from './open-runs';
import { ReadingTable } from './reading-table';
import type { Terminal } from './terminal';

export interface CurvesRequest {
  readonly dataDir: string | null;
  /** An id, or how it begins. */
  readonly run: string;
  /** None = all. */
  readonly names: readonly string[];
  readonly x: CurveAxis;
  readonly as: 'table' | 'csv' | 'json';
}

/** Prints what is recorded of a run's scalars, beside whatever writes them. @returns the exit code */
export function showCurves(request: CurvesRequest, { paths, terminal }: CliContext): Promise<number> {
  const db = openRuns(paths(request.dataDir).dataDir);
  try {
    const id = findRun(db, request.run);
    const names = namesOf(db, id);
    const missing = request.names.filter((name) => !names.includes(name));
    if (missing.length > 0)
      throw new AppError(
        'not-found',
        `Run ${id} has no scalar ${missing.join(', ')}. ${names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}`}`,
      );
    if (names.length === 0) terminal.note(`Run ${id} has no scalars.`);
    const wanted = request.names.length > 0 ? request.names : names;
    print(request, id, wanted, db, terminal);
    return Promise.resolve(0);
  } finally {
    db.close();
  }
}

function namesOf(db: ReadHandle, runId: string): string[] {
  const { curves } = openCurveQuery(db)({ runIds: [runId], x: 'step', maxPoints: 2 }, () => undefined);
  return curves.map(({ name }) => name);
}

function print({ x, as }: CurvesRequest, runId: string, names: readonly string[], db: ReadHandle, terminal: Terminal): void {
  const query = openCurveQuery(db);
  const table = new ReadingTable();
  const places = { step: 'step', time: 'time', energy: 'energy_j' } as const;
  if (as === 'csv') terminal.line(`name,${places[x]},value`);
  for (const name of names) {
    if (terminal.isLeft) return;
    const [curve] = query({ runIds: [runId], names: [name], x, maxPoints: MAX_CURVE_ENTRIES }, () => undefined).curves;
    if (curve === undefined) continue;
    if (curve.entryPoints > 1) terminal.note(`${name}: of each ${curve.entryPoints} points their mean, at the place of the first.`);
    if (curve.unplaced > 0) terminal.note(`${name}: ${curve.unplaced} points have no place on this axis, or were superseded.`);
    if (curve.damaged > 0) terminal.note(`${name}: ${curve.damaged} points could not be read.`);
    printCurve(curve, x, as, table, terminal);
  }
  for (const line of table.lines()) terminal.line(line);
}

function printCurve(
  { name, x: places, y }: Curve,
  axis: CurveAxis,
  as: CurvesRequest['as'],
  table: ReadingTable,
  terminal: Terminal,
): void {
  places.forEach((place, i) => {
    const value = y[i] ?? NaN;
    if (as === 'table') table.add(null, { name, step: axis === 'step' ? place : null, value, atMs: null });
    else if (as === 'csv') terminal.line(`${quoted(name)},${axis === 'time' ? new Date(place).toISOString() : place},${value}`);
    else
      terminal.line(
        JSON.stringify({
          name,
          ...(axis === 'time' ? { atMs: place } : { [axis === 'step' ? 'step' : 'energyJ']: place }),
          value: toScalarValue(value),
        }),
      );
  });
}

/** A name as a CSV field. One that begins like a formula would be run as one by a spreadsheet. */
function quoted(name: string): string {
  const text = /^[=+\-@\t]/.test(name) ? `'${name}` : name;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
