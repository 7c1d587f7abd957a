import type { GpuProcess, MachineProcess, ProcessRow } from '@shared/model/processes';

/** One row a process: what the system tells of it, and what it does on each GPU. */
export function processRows(gpu: readonly GpuProcess[], host: readonly MachineProcess[]): ProcessRow[] {
  const rows = new Map(host.map((process): [number, ProcessRow] => [process.pid, { ...process, gpus: [] }]));
  for (const { pid, name, ...share } of gpu) {
    const known = rows.get(pid);
    rows.set(pid, known ? { ...known, gpus: [...known.gpus, share] } : { ...ofDriver(pid, name), gpus: [share] });
  }
  return [...rows.values()];
}

/** One that the driver alone tells of: it is in another container, or its host's table was not read yet. */
function ofDriver(pid: number, name: string | null): Omit<ProcessRow, 'gpus'> {
  return {
    ...{ pid, name: name?.split(/[/\\]/).at(-1) ?? null, command: name },
    ...{ user: null, runId: null, cpuPercent: null, memoryB: null, readBps: null, writeBps: null, startedAtMs: null },
  };
}
