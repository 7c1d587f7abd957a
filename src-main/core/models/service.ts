import { runsService } from '../jobs/service';
import { defineService } from '../service';
import { createModels } from './models';

/** Saved models, and the runs that serve them. */
export const modelsService = defineService({
  name: 'models',
  needs: [runsService],
  start: ({ runs }) => createModels(runs),
});
