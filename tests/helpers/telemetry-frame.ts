import type { TelemetryFrame } from '../../src-shared/contract/telemetry';

/** A frame written by hand: `values[i][j]` is the value of `seriesIds[i]` at `atMs[j]`. */
export function telemetryFrame(
  atMs: readonly number[],
  seriesIds: readonly number[],
  values: readonly (readonly (number | null)[])[],
): TelemetryFrame {
  return {
    atMs: Float64Array.from(atMs),
    seriesIds: Uint32Array.from(seriesIds),
    values: Float64Array.from(values.flat(), (value) => value ?? Number.NaN),
  };
}
