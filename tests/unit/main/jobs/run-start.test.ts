import { expect, it } from 'vitest';
import { programOf } from '@shared/model/program';
import { programRun } from '../../../../src-main/core/jobs/run-start';

it('calls a run by its command line, and leaves the secrets in it out', () => {
  const program = {
    command: 'python',
    args: ['train.py', '--api-key', 'abc123', '--note', 'a b', '--db=mysql://me:hunter2@host/x'],
    cwd: '/home',
  };
  const run = programRun(program, undefined);
  expect(run.name).toBe('python train.py --api-key "***" --note "a b" "--db=mysql://me:***@host/x"');
  // It is started, and repeated, with what it was given.
  expect(programOf(run.params)).toEqual(program);
  expect(programRun(program, { name: 'mine' }).name).toBe('mine');
});
