import type { Curve } from '@shared/model/curve';
import { PROGRAM_KIND } from '@shared/model/program';
import { isOfEpoch } from '@shared/studio/recipe-scalars';
import { RECIPE_KIND, type Run } from '@shared/model/run';
import { ENERGY_SCALAR, RUNNING_MEAN } from '@shared/model/scalars';
import type { RpcClient } from '@shared/rpc/client';
import { formatBar } from './format';
import { scalarText } from './scalars';

/** As wide as the bar of the epoch under way. */
const BAR_WIDTH = 24;
/** Points of one scalar in one answer; an answer holds what is new since the one before. */
const MAX_POINTS = 10_000;
/** Lines of a program's steps in one telling, and scalars in one line. */
const LINES_AT_ONCE = 20;
const NAMES_MAX = 12;

/** Tells of each epoch what its recipe declares, once, however many ended since it was asked last. */
export class EpochLines {
  private readonly told = new Map<string, number>();
  private asking: Promise<void> | null = null;
  private again: Run | null = null;

  constructor(
    private readonly client: RpcClient,
    private readonly line: (text: string) => void,
  ) {}

  /** The run has new points. Resolves when all lines are told; never rejects: the run goes on without them. */
  tell(run: Run): Promise<void> {
    this.again = run;
    return (this.asking ??= this.askAll());
  }

  private async askAll(): Promise<void> {
    try {
      for (let run = this.again; run !== null; run = this.again) {
        this.again = null;
        await this.ask(run);
      }
    } catch {
      // The table at the end has what matters.
    } finally {
      this.asking = null;
    }
  }

  private async ask(run: Run): Promise<void> {
    const names = namesOf(run);
    if (names.length === 0) return;
    const after = [...this.told].map(([name, points]) => ({ runId: run.id, name, points }));
    const { curves } = await this.client.call('runs.curves', { runIds: [run.id], names, x: 'step', maxPoints: MAX_POINTS, after });
    for (const { name, points } of curves) this.told.set(name, points);
    const steps = [...new Set(curves.flatMap(({ x }) => [...x]))].sort((a, b) => a - b);
    // Of a program that counts thousands of steps a second, some.
    const every = run.plan ? 1 : Math.ceil(steps.length / LINES_AT_ONCE);
    for (const step of steps.filter((_, i) => (steps.length - 1 - i) % every === 0)) this.line(epochLine(run, step, curves));
  }
}

/** Of a recipe what is told at the end of an epoch; of any other program what was found, apart from what changes at each step. */
function namesOf(run: Run): string[] {
  if (run.kind === RECIPE_KIND) return Object.keys(run.last).filter(isOfEpoch);
  if (run.kind !== PROGRAM_KIND) return [];
  return Object.keys(run.last)
    .filter((name) => name !== ENERGY_SCALAR && !name.endsWith(RUNNING_MEAN))
    .slice(0, NAMES_MAX);
}

function epochLine(run: Run, step: number, curves: readonly Curve[]): string {
  if (!run.plan) return [`Step ${step}`, ...textsAt(step, curves)].join('  ');
  const { stepsPerEpoch, epochs } = run.plan;
  const epoch = stepsPerEpoch > 0 ? Math.round(step / stepsPerEpoch) : step;
  return [`Epoch ${epoch}/${epochs} ${formatBar(1, BAR_WIDTH)} 100 %`, ...textsAt(step, curves)].join('  ');
}

function textsAt(step: number, curves: readonly Curve[]): string[] {
  return curves.flatMap(({ name, x, y }) => {
    const at = x.indexOf(step);
    return at < 0 ? [] : [scalarText(name, y[at] ?? NaN)];
  });
}
