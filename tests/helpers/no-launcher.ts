import type { ProcessLauncher } from '../../src-main/core/jobs/launcher';

/** For a core that is to start no program. */
const refuse = (): never => {
  throw new Error('no program is started here');
};
export const noLauncher: ProcessLauncher = { launch: refuse, adopt: refuse };
