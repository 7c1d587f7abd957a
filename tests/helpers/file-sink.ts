import type { FileParameter, FileSink } from '../../src-main/core/readers/files/file-sink';
import type { ScalarReading } from '../../src-main/core/readers/reading';

/** Keeps what files tell. */
export interface GatheredFiles extends FileSink {
  readonly scalars: ScalarReading[];
  readonly parameters: Record<string, FileParameter>;
  /** Kinds by name. */
  readonly others: Record<string, string>;
  readonly notices: string[];
  /** Step and value of each point of a scalar. */
  points(name: string): [number | null, number][];
}

export function gather(): GatheredFiles {
  const scalars: ScalarReading[] = [];
  const parameters: Record<string, FileParameter> = {};
  const others: Record<string, string> = {};
  const notices: string[] = [];
  return {
    scalars,
    parameters,
    others,
    notices,
    scalar: (reading) => void scalars.push(reading),
    parameter: (name, value) => void (parameters[name] = value),
    other: (name, kind) => void (others[name] = kind),
    notice: (text) => void notices.push(text),
    points: (name) => scalars.filter((reading) => reading.name === name).map(({ step, value }) => [step, value]),
  };
}
