import { defineService } from '../service';
import { createEngineProbe } from './engines';

/** Which engines can train here. */
export const enginesService = defineService({
  name: 'engines',
  needs: [],
  start(_, { options, log, onStop }) {
    const engines = createEngineProbe({ ...options, log });
    onStop(() => engines.close());
    return engines;
  },
});
