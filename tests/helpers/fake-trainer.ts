import { join } from 'node:path';
import { repoRoot } from './repo-root';

/** A program in place of the trainer that speaks its protocol. */
export const fakeTrainer = (name: string): string => join(repoRoot, 'tests', 'fakes', 'trainers', `${name}.mjs`);
