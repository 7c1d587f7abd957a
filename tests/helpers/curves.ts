import type { CurveAxis } from '@shared/model/curve';
import { openForReading } from '../../src-main/core/store/file/open';
import { openCurveQuery } from '../../src-main/core/store/samples/curves/query';

export interface PlainCurve {
  readonly x: number[];
  readonly y: number[];
}

/** All curves of a run in a database, point by point, by name. */
export function curvesIn(databasePath: string, runId: string, x: CurveAxis = 'step'): Record<string, PlainCurve> {
  const db = openForReading(databasePath);
  try {
    const { curves } = openCurveQuery(db)({ runIds: [runId], x, maxPoints: 100_000 }, () => undefined);
    return Object.fromEntries(curves.map((curve) => [curve.name, { x: [...curve.x], y: [...curve.y] }]));
  } finally {
    db.close();
  }
}
