import { join } from 'node:path';
import { defineService } from '../service';
import { loadScenario } from './schema';
import { ScenarioSource } from './source';

/** What is shown: this machine, or a simulated room in its place. */
export interface ShownRoom {
  /** Null = this machine. */
  readonly source: ScenarioSource | null;
  /** Where what is shown is recorded: nothing simulated ever comes near the real samples. */
  readonly dataDir: string;
}

export const scenarioService = defineService({
  name: 'scenario',
  needs: [],
  async start(_, { options }): Promise<ShownRoom> {
    const name = options.scenario ?? null;
    if (name === null) return { source: null, dataDir: options.dataDir };
    const source = new ScenarioSource(name, await loadScenario(options.resourcesDir, name));
    return { source, dataDir: join(options.dataDir, 'scenarios', source.name) };
  },
});
