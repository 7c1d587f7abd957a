import { describe, expect, it } from 'vitest';
import { commandLine, nameOfProgram, paramsOfProgram, programOf } from '@shared/model/program';

const program = { command: 'python', args: ['train.py', '--name', 'a b', '', '--lr=0.1'], cwd: '/srv/a' };

describe('a program as parameters', () => {
  it('comes back word for word', () => {
    expect(programOf(paramsOfProgram(program))).toEqual(program);
    expect(programOf({ command: 'python', args: 'not JSON', cwd: '/' })).toBeNull();
  });

  it('is shown as it is typed: words with spaces, and empty ones, in quotes', () => {
    expect(commandLine(program.args)).toBe('train.py --name "a b" "" --lr=0.1');
    expect(nameOfProgram(program)).toBe('python train.py --name "a b" "" --lr=0.1');
  });
});
