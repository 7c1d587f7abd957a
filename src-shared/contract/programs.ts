import { z } from 'zod';
import { Priority, RunLaunch } from '../model/launch';
import { Program } from '../model/program';
import { ConsentRecord } from '../model/program-consent';
import { RunLabels, RunLabelsChange } from '../model/run';
import { RunId } from '../model/run-id';
import { command, nothing, stream } from './define';

/** Whether pages may start programs; `canAsk`: a person at this machine is asked at the first one. `canChoose`: there is a dialog for files. */
export const ProgramsAllowed = z.object({ consent: ConsentRecord.nullable(), canAsk: z.boolean(), canChoose: z.boolean() });
export type ProgramsAllowed = z.infer<typeof ProgramsAllowed>;

export const programsCommands = {
  /**
   * Queues any program of this machine as a run. Fails with `conflict` where no person has allowed it on the machine itself: a desktop
   * asks there and then, in a dialog of its own. The value of a variable whose name promises a secret is kept apart; a mask stands
   * for the one that `secrets` names, of the run that is repeated.
   */
  'programs.start': command(
    z.object({ program: Program, labels: RunLabelsChange.optional(), launch: RunLaunch.optional() }),
    z.object({ runId: z.string() }),
  ),
  /** From then on a page's start asks anew. */
  'programs.withdraw': command(nothing, nothing),
  /** Lets the person choose a file or folder of this machine; null = they chose none. Fails with `invalid-input` where there is no dialog. */
  'programs.choosePath': command(z.object({ kind: z.enum(['file', 'folder']) }), z.object({ path: z.string().nullable() })),
  /**
   * Watches a process that was started elsewhere as a run: its energy is booked to it from now on, and files of scalars that grow in
   * its folder are read. It is never sent a signal. Fails with `not-found` where it is not to be seen, `invalid-input` where it may not
   * be read, `conflict` where it is a run's already or `startedAtMs` is another process's.
   */
  'runs.adopt': command(
    z.object({
      pid: z.number().int().positive(),
      startedAtMs: z.number().nullable(),
      name: RunLabels.shape.name.optional(),
    }),
    z.object({ runId: z.string() }),
  ),
  /** Halts all processes of a program's run, or lets them go on. */
  'runs.pause': command(z.object({ runId: RunId, paused: z.boolean() }), nothing),
  /** Puts a run that waits right before another one, or last; it takes over the priority of its new place. */
  'runs.move': command(z.object({ runId: RunId, before: RunId.nullable() }), nothing),
  /** Lets a run that waits its turn, or its next attempt, begin now. Fails with `conflict` for what else it waits for. */
  'runs.startNow': command(z.object({ runId: RunId }), nothing),
  'runs.priority': command(z.object({ runId: RunId, priority: Priority }), nothing),
} as const;

export const programsStreams = {
  'programs.allowed': stream(nothing, ProgramsAllowed),
} as const;
