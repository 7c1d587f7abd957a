import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../../src-main/core/secrets/redactor';
import { maskCommand } from '../../../../src-main/core/processes/mask-command';

const masked = (command: string): string => maskCommand(command.split(' '), (text) => text);

describe('a command line', () => {
  it.each([
    ['python train.py --password hunter22 --epochs 5', 'python train.py --password *** --epochs 5'],
    ['python train.py --hf-token=hf_abc --lr 0.1', 'python train.py --hf-token=*** --lr 0.1'],
    ['env WANDB_API_KEY=0123 python x.py', 'env WANDB_API_KEY=*** python x.py'],
    ['tool -key s3cr3t', 'tool -key ***'],
    ['tool --apiKey=a --secret-access-key b --sshKey c', 'tool --apiKey=*** --secret-access-key *** --sshKey ***'],
    ['curl -u me:pass https://x', 'curl -u *** https://x'],
    ['curl https://me:pass@host/path', 'curl https://me:***@host/path'],
    ['curl -H Authorization: Bearer abc.def x', 'curl -H Authorization: Bearer *** x'],
    ['mysql -uroot -psecret db', 'mysql -uroot -p*** db'],
    ['sshpass -p secret ssh host', 'sshpass -p *** ssh host'],
    ['run sk-abcdefghijklmnop1234', 'run ***'],
    ['tool --password=-x --auth t', 'tool --password=*** --auth ***'],
  ])('%s', (command, shown) => expect(masked(command)).toBe(shown));

  it('masks a header that is one argument', () => {
    expect(maskCommand(['curl', '-H', 'Authorization: Bearer abc def'], (text) => text)).toBe('curl -H Authorization: Bearer ***');
    expect(maskCommand(['curl', '-H', 'X-Api-Key: abc'], (text) => text)).toBe('curl -H X-Api-Key: ***');
  });

  it('masks what JSON names', () => {
    expect(maskCommand(['tool', '--env', '{"API_TOKEN": "a\\"b", "HOME": "/root"}'], (text) => text)).toBe(
      'tool --env {"API_TOKEN": "***", "HOME": "/root"}',
    );
  });

  it.each([
    'python train.py --tokenizer gpt2 --max-tokens 512 --token-len 4',
    'sort --sort-key name --author me',
    'python -m torch.distributed.run --nproc-per-node 8 train.py',
    'ssh host --monkey banana',
    'python keyboard.py passive',
  ])('leaves alone: %s', (command) => expect(masked(command)).toBe(command));

  it('leaves out what is kept as a secret, however it is passed', () => {
    const redactor = new Redactor();
    redactor.add('meter', 'correct horse');
    expect(maskCommand(['tool', '--note', 'correct horse'], redactor.redact)).toBe('tool --note [secret meter]');
  });

  it('is one line of a length that a screen can show', () => {
    expect(maskCommand(['a\nb', 'x'.repeat(5_000)], (text) => text)).toMatch(/^a b x{3995}…$/);
  });
});
