import type { ProcessRow } from './processes';

/** What is known of several; null = of none of them. What one does not tell is not taken for zero, the others are still summed. */
export function knownSum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

type GpuFigure = 'memoryB' | 'loadPercent' | 'memoryLoadPercent' | 'encoderPercent' | 'decoderPercent';

/** Over all GPUs that a process is on: of load, two GPUs that it keeps busy are 200 %. */
export function onGpus({ gpus }: Pick<ProcessRow, 'gpus'>, figure: GpuFigure): number | null {
  return knownSum(gpus.map((share) => share[figure]));
}

/** What all processes of a user, or of a run, take together. */
export interface ProcessSum {
  /** The user's name or the run's id; null = nobody tells it. */
  readonly of: string | null;
  readonly processes: number;
  readonly gpus: readonly string[];
  readonly gpuMemoryB: number | null;
  readonly gpuLoadPercent: number | null;
  readonly cpuPercent: number | null;
  readonly memoryB: number | null;
}

export function sumsBy(rows: readonly ProcessRow[], by: 'user' | 'runId'): ProcessSum[] {
  const groups = new Map<string | null, ProcessRow[]>();
  for (const row of rows) groups.set(row[by], [...(groups.get(row[by]) ?? []), row]);
  return [...groups].map(([of, own]) => ({
    of,
    processes: own.length,
    gpus: [...new Set(own.flatMap(({ gpus }) => gpus.map(({ device }) => device)))].sort(),
    gpuMemoryB: knownSum(own.map((row) => onGpus(row, 'memoryB'))),
    gpuLoadPercent: knownSum(own.map((row) => onGpus(row, 'loadPercent'))),
    cpuPercent: knownSum(own.map(({ cpuPercent }) => cpuPercent)),
    memoryB: knownSum(own.map(({ memoryB }) => memoryB)),
  }));
}

/** Which processes are looked at; null = all. */
export interface ProcessScope {
  readonly gpu: string | null;
  readonly user: string | null;
  readonly run: string | null;
}

export function inScope(row: ProcessRow, { gpu, user, run }: ProcessScope): boolean {
  return (
    (gpu === null || (gpu === ANY_GPU ? row.gpus.length > 0 : row.gpus.some(({ device }) => device === gpu))) &&
    (user === null || row.user === user) &&
    (run === null || row.runId === run)
  );
}

/** Those on some GPU. */
export const ANY_GPU = 'any';
