import type { Curve } from '@shared/model/curve';
import { isRecipeId, recipes } from '@shared/model/recipes';
import type { Run } from '@shared/model/run';
import type { RpcClient } from '@shared/rpc/client';
import { formatBar } from './format';
import { scalarText } from './scalars';

/** As wide as the bar of the epoch under way. */
const BAR_WIDTH = 24;
/** Points of one scalar in one answer; an answer holds what is new since the one before. */
const MAX_POINTS = 10_000;

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
    const names = isRecipeId(run.recipe) ? [...recipes[run.recipe].scalars.epoch] : [];
    if (names.length === 0) return;
    const after = [...this.told].map(([name, points]) => ({ runId: run.id, name, points }));
    const { curves } = await this.client.call('runs.curves', { runIds: [run.id], names, x: 'step', maxPoints: MAX_POINTS, after });
    for (const { name, points } of curves) this.told.set(name, points);
    for (const step of [...new Set(curves.flatMap(({ x }) => [...x]))].sort((a, b) => a - b)) this.line(epochLine(run, step, curves));
  }
}

function epochLine(run: Run, step: number, curves: readonly Curve[]): string {
  const epoch = run.plan && run.plan.stepsPerEpoch > 0 ? Math.round(step / run.plan.stepsPerEpoch) : step;
  const head = `Epoch ${epoch}${run.plan ? `/${run.plan.epochs}` : ''} ${formatBar(1, BAR_WIDTH)} 100 %`;
  const texts = curves.flatMap(({ name, x, y }) => {
    const at = x.indexOf(step);
    return at < 0 ? [] : [scalarText(name, y[at] ?? NaN)];
  });
  return [head, ...texts].join('  ');
}
