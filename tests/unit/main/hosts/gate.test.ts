import { describe, expect, it } from 'vitest';
import { PROTOCOL } from '@shared/rpc/protocol';
import { createToken, isOwnHost, checkUpgrade } from '../../../../src-main/hosts/serve/gate';
import type { IncomingMessage } from 'node:http';

const token = createToken();
const own = { host: '127.0.0.1:8800', origin: 'http://127.0.0.1:8800', 'sec-websocket-protocol': `${PROTOCOL}, token.${token}` };
const judge = (headers: Record<string, string | undefined>, url = '/rpc') =>
  checkUpgrade({ url, headers: { ...own, ...headers } } as unknown as IncomingMessage, 8800, token);

describe('checkUpgrade', () => {
  it('admits our own page', () => {
    expect(judge({})).toEqual({ ok: true });
    expect(judge({ host: 'localhost:8800', origin: 'http://localhost:8800' })).toEqual({ ok: true });
  });

  it.each([
    ['a foreign host', { host: 'evil.example:8800', origin: 'http://evil.example:8800' }, 403],
    ['another port in Host', { host: '127.0.0.1:80', origin: 'http://127.0.0.1:80' }, 403],
    ['no host', { host: undefined }, 403],
    ['a foreign origin', { origin: 'http://evil.example' }, 403],
    ['the other loopback name as origin', { origin: 'http://localhost:8800' }, 403],
    ['an origin that only begins like ours', { origin: 'http://127.0.0.1:8800.evil.example' }, 403],
    ['https', { origin: 'https://127.0.0.1:8800' }, 403],
    ['no origin', { origin: undefined }, 403],
    ['a file page', { origin: 'null' }, 403],
    ['no protocol', { 'sec-websocket-protocol': undefined }, 401],
    ['another protocol', { 'sec-websocket-protocol': `mqtt, token.${token}` }, 401],
    ['no token', { 'sec-websocket-protocol': PROTOCOL }, 401],
    ['an empty token', { 'sec-websocket-protocol': `${PROTOCOL}, token.` }, 401],
    ['a wrong token', { 'sec-websocket-protocol': `${PROTOCOL}, token.${createToken()}` }, 401],
    ['a part of the token', { 'sec-websocket-protocol': `${PROTOCOL}, token.${token.slice(0, -1)}` }, 401],
  ])('refuses %s without showing the token', (_what, headers, status) => {
    const decision = judge(headers);
    expect(decision).toMatchObject({ ok: false, status });
    expect(JSON.stringify(decision)).not.toContain(token.slice(0, 8));
  });

  it('knows one path', () => {
    expect(judge({}, '/')).toMatchObject({ status: 404 });
    expect(judge({}, '/rpc?token=1')).toMatchObject({ status: 404 });
  });
});

describe('the secret', () => {
  it('has 256 bits, differs each time, and fits a subprotocol', () => {
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(createToken()).not.toBe(token);
    expect(token).toMatch(/^[\w-]+$/);
  });

  it('only this machine’s own names count', () => {
    expect(isOwnHost('127.0.0.1:1', 1)).toBe(true);
    expect(isOwnHost('127.0.0.1.nip.io:1', 1)).toBe(false);
    expect(isOwnHost(undefined, 1)).toBe(false);
  });
});
