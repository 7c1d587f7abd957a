import { freshControl, plainLaunch } from '@shared/model/launch';
import type { Run } from '@shared/model/run';

/** What a run of a recipe is before anybody has named it or written to it, and before it said anything of its scalars. */
export const unlabelled: Pick<
  Run,
  'interruptions' | 'kind' | 'name' | 'tags' | 'notes' | 'parent' | 'paramSpecs' | 'extremes' | 'declared' | 'launch' | 'control'
> = {
  interruptions: [],
  kind: 'recipe',
  name: null,
  tags: [],
  notes: '',
  parent: null,
  paramSpecs: [],
  extremes: {},
  declared: {},
  launch: plainLaunch,
  control: freshControl,
};
