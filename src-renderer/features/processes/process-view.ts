import type { ProcessScope } from '@shared/model/process-sums';

export const processViews = ['processes', 'users', 'runs'] as const;
export type ProcessViewName = (typeof processViews)[number];

/** What the address says of the page. */
export interface ProcessView extends ProcessScope {
  readonly by: ProcessViewName;
}

export function readProcessView(text: string | null): ProcessView {
  const params = new URLSearchParams(text ?? '');
  return {
    by: processViews.find((view) => view === params.get('by')) ?? 'processes',
    gpu: params.get('gpu'),
    user: params.get('user'),
    run: params.get('run'),
  };
}

/** Empty where it is the page as it opens by itself. */
export function writeProcessView({ by, gpu, user, run }: ProcessView): string {
  const params = new URLSearchParams();
  if (by !== 'processes') params.set('by', by);
  if (gpu !== null) params.set('gpu', gpu);
  if (user !== null) params.set('user', user);
  if (run !== null) params.set('run', run);
  return params.toString();
}
