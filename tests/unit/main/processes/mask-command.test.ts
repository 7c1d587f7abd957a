import { describe, expect, it } from 'vitest';
import { MASK } from '@shared/model/secret-name';
import { Redactor } from '../../../../src-main/core/secrets/redactor';
import { maskArguments, maskCommand } from '../../../../src-main/core/processes/mask-command';

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
    ['wandb login --relogin 0123456789abcdef', 'wandb login --relogin ***'],
    ['python -m wandb login --host https://w.example 0123456789abcdef', 'python -m wandb login --host https://w.example ***'],
    ['aws configure set aws_secret_access_key abc/def --profile x', 'aws configure set aws_secret_access_key *** --profile x'],
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

  it('masks what a line of a shell holds, and nothing beside it', () => {
    const line = (text: string): string => maskCommand(['bash', '-lc', text], (all) => all);
    expect(line('export WANDB_API_KEY=0123 && python train.py --api-key "a b" --token=x --epochs 5')).toBe(
      'bash -lc export WANDB_API_KEY=*** && python train.py --api-key "***" --token=*** --epochs 5',
    );
    expect(line('wandb login --relogin 0123abcd; python x.py')).toBe('bash -lc wandb login --relogin ***; python x.py');
    expect(line('python x.py --tokenizer gpt2 --max-tokens 512 --api-key $KEY')).toBe(
      'bash -lc python x.py --tokenizer gpt2 --max-tokens 512 --api-key $KEY',
    );
  });

  it('stays as it is once it is masked, and tells each secret it hides', () => {
    const words = [
      'curl',
      '-u',
      'me:pw',
      '-H',
      'X-Api-Key: abc',
      'https://a:b1@h/',
      '{"token": "t1"}',
      '--token=t 2',
      'wandb',
      'login',
      'k3y',
    ];
    const told: [string, number][] = [];
    const shown = maskArguments(words, (secret, at) => {
      told.push([secret, at]);
      return MASK;
    });
    expect(told).toEqual([
      ['me:pw', 2],
      ['abc', 4],
      ['b1', 5],
      ['t1', 6],
      ['t 2', 7],
      ['k3y', 10],
    ]);
    expect(shown).toEqual(maskArguments(words));
    expect(maskArguments(shown)).toEqual(shown);
  });

  it.each([
    'dvc remote modify store url s3://bucket',
    'git config set user.name kim',
    'wandb login',
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
