import { describe, expect, it } from 'vitest';
import { childEnvironment, coreEnvironment } from '../../../../src-main/children/environment';

const secrets = {
  AWS_ACCESS_KEY_ID: 's',
  AWS_SECRET_ACCESS_KEY: 's',
  GITHUB_TOKEN: 's',
  GH_TOKEN: 's',
  NPM_TOKEN: 's',
  NODE_AUTH_TOKEN: 's',
  WANDB_API_KEY: 's',
  HF_TOKEN: 's',
  SSH_AUTH_SOCK: 's',
  COLDAISLE_TOKEN: 's',
  npm_config__auth: 's',
  'npm_config_//registry.npmjs.org/:_authToken': 's',
  PGPASSWORD: 's',
};
const loaders = { NODE_OPTIONS: '--require /x.js', NODE_PATH: '/x', LD_PRELOAD: '/x.so', ELECTRON_RUN_AS_NODE: '1', BASH_ENV: '/x' };
const basics = { PATH: '/bin', HOME: '/h', LANG: 'de_DE.UTF-8', LC_NUMERIC: 'C', TZ: 'UTC', TMPDIR: '/t', XDG_CACHE_HOME: '/c' };
const all = {
  ...secrets,
  ...loaders,
  ...basics,
  CUDA_VISIBLE_DEVICES: '1',
  NVIDIA_VISIBLE_DEVICES: 'all',
  LD_LIBRARY_PATH: '/cuda',
  VIRTUAL_ENV: '/v',
  PYTHONPATH: '/p',
  https_proxy: 'http://proxy',
  NO_PROXY: 'x',
  npm_config_registry: 'https://r',
  CC: 'gcc',
  COLDAISLE_SQLITE_BINDING: '/b.node',
  Unset: undefined,
};

describe('childEnvironment', () => {
  it('hands on the basics and nothing else', () => {
    expect(childEnvironment([], all, 'linux')).toEqual(basics);
  });

  it.each([
    ['gpu', { CUDA_VISIBLE_DEVICES: '1', NVIDIA_VISIBLE_DEVICES: 'all', LD_LIBRARY_PATH: '/cuda' }],
    ['python', { VIRTUAL_ENV: '/v', PYTHONPATH: '/p', LD_LIBRARY_PATH: '/cuda' }],
    ['npm', { https_proxy: 'http://proxy', NO_PROXY: 'x', npm_config_registry: 'https://r' }],
    ['compile', { CC: 'gcc' }],
  ] as const)('and for %s what that needs', (need, more) => {
    expect(childEnvironment([need], all, 'linux')).toEqual({ ...basics, ...more });
  });

  it('hands no secret and nothing that loads code on, whatever is needed', () => {
    const given = Object.keys(childEnvironment(['gpu', 'python', 'npm', 'compile'], all, 'linux'));
    expect(given.filter((name) => name in secrets || name in loaders)).toEqual([]);
    const core = Object.keys(coreEnvironment(all));
    expect(core.filter((name) => name in secrets || name in loaders)).toEqual([]);
    expect(core).toContain('COLDAISLE_SQLITE_BINDING');
  });

  it('on Windows knows a variable by any case of its name, and what the system needs', () => {
    const own = {
      Path: 'C:\\',
      SystemRoot: 'C:\\Windows',
      'ProgramFiles(x86)': 'P',
      ProgramW6432: 'Q',
      CommonProgramFiles: 'R',
      GitHub_Token: 's',
      windir: 'W',
      AppData: 'A',
    };
    const { GitHub_Token: secret, ...rest } = own;
    expect(secret).toBe('s');
    expect(childEnvironment([], own, 'win32')).toEqual(rest);
    expect(childEnvironment([], own, 'linux')).toEqual({});
  });
});
