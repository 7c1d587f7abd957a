import { useEffect, useState } from 'react';
import { isAppError, type AppError } from '@shared/contract/errors';
import { MarkRule, patternFault, type MarkTrial } from '@shared/model/mark';
import { CancellationSource } from '@shared/rpc/cancellation';
import { toAppError } from '../../../data/loadable';
import { useServices } from '../../../rpc/context';

/** How long the rule stands still before the log is asked. */
const REST_MS = 250;
/** While it has no name: any will do to see what it finds. */
const NAMELESS = '…';

export type TrialState = MarkTrial | AppError | null;

/** What a rule finds in the whole log of a run, as it is typed; null = that is not known yet. */
export function useMarkTrial(runId: string, name: string, pattern: string): TrialState {
  const { client } = useServices();
  const [state, setState] = useState<{ readonly name: string; readonly pattern: string; readonly trial: TrialState } | null>(null);
  useEffect(() => {
    const rule = MarkRule.safeParse({ name: name === '' ? NAMELESS : name, pattern });
    if (!rule.success || patternFault(pattern) !== null) return undefined;
    const asked = new CancellationSource();
    const timer = setTimeout(() => {
      client.call('marks.try', { runId, rule: rule.data }, asked.token).then(
        (trial) => setState({ name, pattern, trial }),
        (error: unknown) => {
          if (!isAppError(error, 'cancelled')) setState({ name, pattern, trial: toAppError(error) });
        },
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      asked.cancel();
    };
  }, [client, runId, name, pattern]);
  if (state?.pattern !== pattern) return null;
  // What it finds is the same by any name; whether that is taken is not known yet.
  return state.name === name || state.trial === null || isAppError(state.trial) ? state.trial : { ...state.trial, isTaken: false };
}
