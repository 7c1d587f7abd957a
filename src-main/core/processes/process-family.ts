export interface ProcessKin {
  readonly pid: number;
  readonly parent: number;
  readonly group: number | null;
}

/** The process, its group where it leads one, and all that descend from these. */
export function familyOf(root: number, rows: readonly ProcessKin[]): ReadonlySet<number> {
  const children = new Map<number, number[]>();
  for (const { pid, parent } of rows) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const family = new Set<number>();
  const waiting = [root, ...rows.filter(({ group }) => group === root).map(({ pid }) => pid)];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    if (family.has(pid)) continue;
    family.add(pid);
    waiting.push(...(children.get(pid) ?? []));
  }
  return family;
}

/** Of each process of a run, which run. */
export function runsByPid(roots: ReadonlyMap<string, number | undefined>, rows: readonly ProcessKin[]): ReadonlyMap<number, string> {
  const runs = new Map<number, string>();
  for (const [runId, root] of roots) {
    if (root === undefined) continue;
    for (const pid of familyOf(root, rows)) runs.set(pid, runId);
  }
  return runs;
}
