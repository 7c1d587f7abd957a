import { z } from 'zod';
import { Message } from '../text/message';

/** What was found out, or why it could not be: exactly one of the two is null. */
const part = <T extends z.ZodType>(value: T) => z.object({ value: value.nullable(), why: Message.nullable() });
export interface SnapshotPart<T> {
  readonly value: T | null;
  readonly why: Message | null;
}

/** The working tree that the program's folder is in. Secrets in it are masked. */
export const GitSnapshot = z.object({
  root: z.string(),
  /** Null before the first commit. */
  commit: z.string().nullable(),
  /** Null where a commit is checked out that no branch ends with. */
  branch: z.string().nullable(),
  /** Of `origin`; null = there is none. */
  remote: z.string().nullable(),
  /** Files that are not as in the commit, and those that git does not know: the first of them by name. */
  changes: part(z.object({ changed: z.number().int(), untracked: z.number().int(), untrackedNames: z.array(z.string()) })),
  /** Against the commit; `isCut`: it was longer. */
  diff: part(z.object({ text: z.string(), isCut: z.boolean() })),
});
export type GitSnapshot = z.infer<typeof GitSnapshot>;

export const PythonSnapshot = z.object({
  /** "CPython" */
  implementation: z.string(),
  version: z.string(),
  executable: z.string(),
  /** The environment that it belongs to. */
  prefix: z.string(),
  packages: part(z.array(z.object({ name: z.string(), version: z.string() }))),
});
export type PythonSnapshot = z.infer<typeof PythonSnapshot>;

export const MachineSnapshot = z.object({
  host: z.string(),
  /** "Linux", "Darwin", "Windows_NT"; with its release: on Linux, AMD's and Intel's drivers come with it. */
  system: z.string(),
  release: z.string(),
  architecture: z.string(),
  cpu: z.string().nullable(),
  /** As the system counts them: threads. */
  processors: z.number().int(),
  memoryBytes: z.number(),
  gpus: z.array(z.object({ device: z.string(), model: z.string().nullable(), uuid: z.string().nullable(), bus: z.string().nullable() })),
  /** Of NVIDIA's GPUs. */
  driver: part(z.string()),
});
export type MachineSnapshot = z.infer<typeof MachineSnapshot>;

/** What there was when a program's run began. Secrets are not in it: a mask stands for each. */
export const RunSnapshot = z.object({
  takenAtMs: z.number(),
  /** Its words, one after another: what each is exactly stands in the parameters of the run. */
  command: z.string(),
  cwd: z.string(),
  environment: z.record(z.string(), z.string()),
  git: part(GitSnapshot),
  python: part(PythonSnapshot),
  machine: MachineSnapshot,
});
export type RunSnapshot = z.infer<typeof RunSnapshot>;
