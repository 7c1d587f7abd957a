import type { Curve, CurveAnswer, CurveQuery, ScalarPoints } from '@shared/model/curve';

/**
 * The answer with the points that the database could not take yet (it is full), each an entry of its own: they were told,
 * and are the next ones of their curves. Over energy they have no place until they are stored.
 */
export function withNotStored(answer: CurveAnswer, query: CurveQuery, notStored: (runId: string) => readonly ScalarPoints[]): CurveAnswer {
  if (query.x === 'energy') return answer;
  const curves = new Map(answer.curves.map((curve) => [`${curve.runId}\n${curve.name}`, curve]));
  const known = new Map((query.after ?? []).map(({ runId, name, points }) => [`${runId}\n${name}`, points]));
  for (const runId of new Set(query.runIds)) {
    for (const points of notStored(runId)) {
      if (query.names !== undefined && !query.names.includes(points.name)) continue;
      const key = `${runId}\n${points.name}`;
      curves.set(key, extended(curves.get(key) ?? noCurve(runId, points.name, known.get(key) ?? 0), points, query));
    }
  }
  return { ...answer, curves: [...curves.values()] };
}

function noCurve(runId: string, name: string, after: number): Curve {
  const none = new Float64Array();
  return { runId, name, points: 0, after, restarted: false, entryPoints: 1, x: none, y: none, unplaced: 0, damaged: 0 };
}

function extended(curve: Curve, { step, atMs, value }: ScalarPoints, { x: axis, range }: CurveQuery): Curve {
  const stored = curve.points;
  // Of what the asker has, some waits here: the curve has not become another.
  let restarted = stored >= curve.after && curve.restarted;
  let last = curve.x.at(-1) ?? -Infinity;
  const places: number[] = [];
  const more: number[] = [];
  const along = axis === 'step' ? step : atMs;
  // Those that the asker has are passed over at once: they may be a hundred thousand, and are asked for several times a second.
  for (let i = Math.max(0, curve.after - stored); i < along.length; i++) {
    const place = along[i] as number;
    if (place < last && axis === 'step') restarted = true;
    last = Math.max(last, place);
    if (range !== undefined && (last < range.from || last > range.to)) continue;
    places.push(last);
    more.push(value[i] as number);
  }
  const join = (column: Float64Array, values: readonly number[]): Float64Array => {
    const joined = new Float64Array(column.length + values.length);
    joined.set(column);
    joined.set(values, column.length);
    return joined;
  };
  return {
    ...curve,
    points: stored + value.length,
    restarted,
    x: join(curve.x, places),
    y: join(curve.y, more),
    ...(curve.low && curve.high ? { low: join(curve.low, more), high: join(curve.high, more) } : {}),
  };
}
