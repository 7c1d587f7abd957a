import { describe, expect, it } from 'vitest';
import { commandLine, nameOfProgram, paramsOfProgram, programOf, wordsOf } from '@shared/model/program';

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

  it('is read as it is shown, and as a person quotes', () => {
    const odd = ['sh', '-c', 'echo "a"\n\t\\ $HOME', "it's", '', 'C:\\new'];
    expect(wordsOf(commandLine(odd))).toEqual(odd);
    expect(wordsOf(`  python  'a b'"c d"e --x='' `)).toEqual(['python', 'a bc de', '--x=']);
    expect(wordsOf('')).toEqual([]);
    expect(wordsOf('python "open')).toBeNull();
  });
});
