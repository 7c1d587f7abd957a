import { describe, expect, it } from 'vitest';
import { takeToken, tokenFromHash } from '../../../../src-renderer/rpc/token';

const TOKEN = 'V-asxHFL0mEyJDGLYWXGPRev8FwE5MrF62yHqW1NJuI';

function places(hash: string, stored: string | null = null) {
  const storage = new Map(stored === null ? [] : [['coldaisle.token', stored]]);
  const location = { hash, pathname: '/', search: '' };
  return {
    location,
    history: {
      replaceState: (_: unknown, __: string, url?: string | URL | null) =>
        void (location.hash = String(url).slice(String(url).indexOf('#'))),
    },
    storage: { getItem: (key: string) => storage.get(key) ?? null, setItem: (key: string, value: string) => void storage.set(key, value) },
    stored: () => storage.get('coldaisle.token') ?? null,
  };
}

describe('takeToken', () => {
  it('takes the token out of the address and keeps it for the tab', () => {
    const own = places(`#token=${TOKEN}`);
    expect(takeToken(own)).toBe(TOKEN);
    expect(own.location.hash).toBe('#/');
    expect(own.stored()).toBe(TOKEN);
  });

  it('finds it again after a reload', () => expect(takeToken(places('#/history', TOKEN))).toBe(TOKEN));

  it('has none where there is none', () => expect(takeToken(places('#/'))).toBeNull());

  it('takes nothing that is no token, and not an older one in its place', () => {
    const own = places('#token=a b', TOKEN);
    expect(takeToken(own)).toBeNull();
    expect(own.location.hash).toBe('#/');
  });
});

it.each(['', '#/', '#token=', '#token=short', '#token=ünicode-ünicode-ünicode', `#tokens=${TOKEN}`])('%j holds no token', (hash) =>
  expect(tokenFromHash(hash)).toBeNull(),
);
