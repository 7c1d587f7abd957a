import { describe, expect, it } from 'vitest';
import { checkParams, ParamSpec, parseParam, type ParamDeclaration } from '@shared/model/param';
import { english } from '@shared/text/message';

const spec = (declared: Partial<ParamDeclaration> & Pick<ParamDeclaration, 'name' | 'type'>): ParamSpec =>
  ParamSpec.parse({ label: declared.name, default: null, ...declared });

const specs = [
  spec({ name: 'steps', type: 'integer', min: 1, max: 10, default: 5 }),
  spec({ name: 'rate', type: 'number', above: 0, default: 0.1, unit: '1/s' }),
  spec({ name: 'optimizer', type: 'choice', default: 'adam', choices: ['adam', 'sgd'].map((value) => ({ value, label: value })) }),
  spec({ name: 'augment', type: 'boolean', default: false }),
  spec({ name: 'comment', type: 'text', optional: true }),
  spec({ name: 'address', type: 'url', default: 'http://host:9100/metrics' }),
  spec({ name: 'token', type: 'secret', optional: true }),
  spec({ name: 'names', type: 'list', optional: true }),
  spec({ name: 'decay', type: 'number', min: 0, default: null, when: { param: 'optimizer', is: ['sgd'] } }),
];

const unset = { address: 'http://host:9100/metrics', token: null, names: null, decay: null };

describe('parameters', () => {
  it('left out get their defaults', () => {
    expect(checkParams(specs, { steps: 7 })).toEqual({
      values: { steps: 7, rate: 0.1, optimizer: 'adam', augment: false, comment: null, ...unset },
      refusals: {},
    });
  });

  it.each([
    ['steps', 0, 'must be at least 1'],
    ['steps', 11, 'must be at most 10'],
    ['steps', 2.5, 'a whole number is needed'],
    ['steps', '3', 'a number is needed'],
    ['steps', null, 'a value is needed'],
    ['rate', 0, 'must be more than 0'],
    ['rate', Number.NaN, 'a number is needed'],
    ['rate', Infinity, 'a number is needed'],
    ['optimizer', 'lion', 'must be one of adam, sgd'],
    ['augment', 'maybe', 'must be true or false'],
    ['comment', 'x'.repeat(5000), 'must be a text of at most 4000 characters'],
    ['address', 'host:9100', 'must be an address like http://host:port/path'],
    ['address', 'file:///etc/passwd', 'must be an address like http://host:port/path'],
    ['address', 'http://', 'must be an address like http://host:port/path'],
    ['address', 'https://me:hunter22@host/', 'must hold no user name and no password: they have fields of their own'],
    ['token', 'hunter 22!', 'a secret that is kept here is needed'],
    ['names', 'a', 'must be at most 200 texts of at most 4000 characters'],
    ['names', Array.from({ length: 201 }, String), 'must be at most 200 texts of at most 4000 characters'],
    ['momentum', 1, 'there is no such parameter'],
  ])('%s = %j is refused: %s', (name, value, why) => {
    const { values, refusals } = checkParams(specs, { [name]: value });
    expect(values).toBeNull();
    expect(Object.entries(refusals).map(([refused, said]) => [refused, english(said)])).toEqual([[name, why]]);
  });

  it('is asked for only while the choice that it belongs to is made', () => {
    expect(checkParams(specs, { decay: 0.5 }).values).toMatchObject({ optimizer: 'adam', decay: null });
    expect(checkParams(specs, { optimizer: 'sgd', decay: 0.5 }).values).toMatchObject({ decay: 0.5 });
    expect(Object.keys(checkParams(specs, { optimizer: 'sgd' }).refusals)).toEqual(['decay']);
  });

  it('a list is typed one a line or between commas, of either language', () => {
    expect(parseParam({ type: 'list' }, ' a, b\n\n c，d、e,')).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(parseParam({ type: 'list' }, ' ')).toBeNull();
  });

  it.each([
    ['number', ' 0.5 ', 0.5],
    // Fifteen hundred to some, one and a half to others.
    ['number', '1,500', undefined],
    ['number', '\u22121e-3', -0.001],
    ['number', '1,000.5', undefined],
    ['integer', 'many', undefined],
    ['integer', '', null],
    ['boolean', 'yes', true],
    ['boolean', 'off', false],
    ['text', ' a b ', 'a b'],
  ] as const)('a typed %s %j is %j', (type, text, value) => {
    expect(parseParam({ type }, text)).toBe(value);
  });
});

it('names a setting that is misspelt before the one that is missing for it', () => {
  const password = ParamSpec.parse({ name: 'password', label: 'Password', type: 'secret', default: null });
  const { values, refusals } = checkParams([password], { pasword: 'x' });
  expect(values).toBeNull();
  expect(Object.keys(refusals)).toEqual(['pasword', 'password']);
});
