import { Store } from '../../../data/store';
import { MAX_COMPARED } from './address';

/** The runs that are ticked in the list, in the order they were: they stay while one looks at other pages of it. */
export const chosenRuns = new Store<readonly string[]>([]);

/** Ticks a run or takes it out; beyond what can be compared none is added. */
export function choose(runId: string, isChosen: boolean): void {
  const others = chosenRuns.get().filter((id) => id !== runId);
  chosenRuns.set(isChosen && others.length < MAX_COMPARED ? [...others, runId] : others);
}
