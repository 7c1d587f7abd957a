/** What processes are sorted by; the largest first, names and users from A. */
export const processSorts = ['gpu-memory', 'gpu-load', 'cpu', 'memory', 'time', 'user', 'pid'] as const;
export type ProcessSort = (typeof processSorts)[number];

export interface ProcessesRequest {
  readonly dataDir: string | null;
  readonly sort: ProcessSort;
  readonly user: string | null;
  readonly gpu: string | null;
  readonly run: string | null;
  readonly limit: number;
  readonly json: boolean;
}
