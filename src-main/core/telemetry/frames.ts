import type { TelemetryFrame } from '@shared/contract/telemetry';

/** Samples of one series, columns of equal length, oldest first. */
export interface SeriesColumn {
  readonly seriesId: number;
  readonly atMs: readonly number[];
  readonly values: readonly (number | null)[];
}

/**
 * Columnar frames: series asked at exactly the same times share one frame, others get their own. So a NaN in a frame
 * always means "was asked, had none" (a gap), never "another series had a sample then".
 */
export function toFrames(columns: readonly SeriesColumn[]): TelemetryFrame[] {
  const groups = new Map<string, { atMs: readonly number[]; members: SeriesColumn[] }[]>();
  for (const column of columns) {
    if (column.atMs.length === 0) continue;
    const key = `${column.atMs.length}:${column.atMs[0]}:${column.atMs.at(-1)}`;
    const alike = groups.get(key) ?? [];
    groups.set(key, alike);
    const group = alike.find((candidate) => sameTimes(candidate.atMs, column.atMs));
    if (group) group.members.push(column);
    else alike.push({ atMs: column.atMs, members: [column] });
  }
  return [...groups.values()].flat().map(({ atMs, members }) => {
    const values = new Float64Array(members.length * atMs.length);
    members.forEach((member, row) => member.values.forEach((value, i) => (values[row * atMs.length + i] = value ?? Number.NaN)));
    return { atMs: Float64Array.from(atMs), seriesIds: Uint32Array.from(members, ({ seriesId }) => seriesId), values };
  });
}

function sameTimes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((time, index) => time === b[index]);
}
