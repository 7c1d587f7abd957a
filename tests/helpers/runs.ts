import type { Run } from '@shared/model/run';

/** What a run of a recipe is before anybody has named it or written to it. */
export const unlabelled: Pick<Run, 'interruptions' | 'kind' | 'name' | 'tags' | 'notes' | 'parent' | 'paramSpecs'> = {
  interruptions: [],
  kind: 'recipe',
  name: null,
  tags: [],
  notes: '',
  parent: null,
  paramSpecs: [],
};
