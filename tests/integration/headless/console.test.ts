import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closing, dial, openPage, outcome, serve, temporaryFolder, type Dial, type Served } from './support';

let served: Served;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  served = await serve(folder.path);
});
afterAll(async () => {
  await served.stop();
  await folder.remove();
});

/** A request byte by byte: no client library corrects its path or its headers. */
function rawRequest(lines: readonly string[]): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    const socket = connect(served.port, '127.0.0.1', () => socket.write([...lines, 'Connection: close', '', ''].join('\r\n')));
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    socket.on('close', () => done({ status: Number(text.split(' ')[1]), text }));
    socket.on('error', fail);
  });
}
const host = (): string => `Host: 127.0.0.1:${served.port}`;

async function expectUnharmed(): Promise<void> {
  const { client } = await openPage(served);
  await expect(client.call('app.info', {})).resolves.toMatchObject({ runtime: 'headless', dataDir: folder.path });
  client.dispose();
}

describe('the page on loopback', () => {
  it('is served whole, under a strict policy, without a token', async () => {
    const response = await fetch(`${served.origin}/`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain(`ws://127.0.0.1:${served.port}`);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(await response.text()).not.toContain(served.token);
  });

  it.each([
    ['/../../package.json'],
    ['/..%2f..%2fpackage.json'],
    ['/%2e%2e/%2e%2e/package.json'],
    ['/assets/../../../package.json'],
    ['/..\\..\\package.json'],
    ['//etc/hostname'],
    ['/no-such-file.js'],
    ['http://127.0.0.1/../../package.json'],
  ])('serves nothing from outside: %s', async (path) => {
    const { status, text } = await rawRequest([`GET ${path} HTTP/1.1`, host()]);
    expect(status).toBe(404);
    expect(text).not.toContain('"coldaisle"');
  });

  it.each([['evil.example'], ['evil.example:80'], ['127.0.0.1:1'], ['127.0.0.1.nip.io']])(
    'answers no request for the host %s',
    async (name) => {
      expect((await rawRequest(['GET / HTTP/1.1', `Host: ${name}`])).status).toBe(403);
    },
  );

  it('takes no method but GET and HEAD', async () => {
    expect((await rawRequest(['POST / HTTP/1.1', host(), 'Content-Length: 0'])).status).toBe(405);
    const head = await rawRequest(['HEAD / HTTP/1.1', host()]);
    expect(head.status).toBe(200);
    expect(head.text.endsWith('\r\n\r\n')).toBe(true);
  });

  it('drops what is not HTTP and goes on', async () => {
    await rawRequest(['\u0000\u0001 not http at all']);
    await expectUnharmed();
  });
});

describe('the gate', () => {
  it.each<[string, () => Dial, number]>([
    ['a wrong token', () => ({ protocols: ['coldaisle.v2', `token.${'A'.repeat(43)}`] }), 401],
    ['no token', () => ({ protocols: ['coldaisle.v2'] }), 401],
    ['the token without the protocol', () => ({ protocols: [`token.${served.token}`] }), 401],
    ['the token in the address', () => ({ protocols: [], path: `/rpc?token=${served.token}` }), 404],
    ['a foreign origin', () => ({ options: { origin: 'http://evil.example' } }), 403],
    ['no origin', () => ({ options: { origin: '' } }), 403],
    ['a foreign host', () => ({ options: { origin: 'http://evil.example', headers: { Host: 'evil.example' } } }), 403],
    ['another path', () => ({ path: '/other' }), 404],
  ])('refuses %s', async (_what, attempt, status) => {
    expect(await outcome(dial(served, attempt()))).toBe(status);
    await expectUnharmed();
  });

  it('does not answer with the token: the protocol it picks is the public one', async () => {
    const socket = dial(served);
    expect(await outcome(socket)).toBe('open');
    expect(socket.protocol).toBe('coldaisle.v2');
    socket.close();
  });

  it('says in the log why, and never the token', async () => {
    await served.running.says(/warn refused a connection: its token is wrong/, 'err');
    await served.running.says(/warn refused a connection: it comes from another origin/, 'err');
    expect(served.running.err).not.toContain(served.token);
  });
});

describe('messages that are not ours', () => {
  it.each<[string, () => string | Buffer, number, RegExp]>([
    [
      'an oversize one',
      () => JSON.stringify({ t: 'call', id: 1, name: 'app.info', input: 'x'.repeat(1024 * 1024) }),
      1009,
      /Max payload size exceeded/,
    ],
    ['one that is not JSON', () => '{"t":', 1007, /what it sent is no message/],
    ['one of bytes that are no frame', () => Buffer.from('{"t":"call","id":1}'), 1007, /what it sent is no message/],
  ])('%s closes the connection, and that alone', async (_what, message, code, logged) => {
    const good = await openPage(served);
    const bad = await openPage(served);
    bad.socket.send(message());
    expect(await closing(bad.socket)).toBe(code);
    await served.running.says(logged, 'err');
    await expect(good.client.call('app.info', {})).resolves.toMatchObject({ runtime: 'headless' });
    good.client.dispose();
  });

  it('an unknown command and an invalid input are answered, junk is skipped, the connection stays', async () => {
    const socket = dial(served);
    await outcome(socket);
    const answers: unknown[] = [];
    const enough = new Promise<void>((done) => {
      socket.on('message', (data) => {
        if (answers.push(JSON.parse(String(data))) === 4) done();
      });
    });
    const send = (message: unknown): void => socket.send(JSON.stringify(message));
    send({ t: 'call', id: 1, name: 'constructor', input: {} });
    send({ t: 'call', id: 2, name: 'runs.start', input: { recipe: 'mnist-mlp', engine: 'wasm', params: { epochs: -1 } } });
    send({ t: 'subscribe', id: 3, name: 'nothing.live', params: {} });
    send(['junk']);
    send({ t: 'call', id: 4, name: 'settings.get', input: {} });
    await enough;
    expect(answers).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ t: 'err', id: 1, error: expect.objectContaining({ code: 'unknown-command' }) }),
        expect.objectContaining({ t: 'err', id: 2, error: expect.objectContaining({ code: 'invalid-input' }) }),
        expect.objectContaining({ t: 'end', id: 3, error: expect.objectContaining({ code: 'unknown-command' }) }),
        expect.objectContaining({ t: 'ok', id: 4 }),
      ]),
    );
    socket.close();
  });

  it('a crowd of connections is bounded', async () => {
    const crowd = await Promise.all(
      Array.from({ length: 70 }, async () => {
        const socket = dial(served);
        return { socket, result: await outcome(socket) };
      }),
    );
    const refused = crowd.filter(({ result }) => result === 503);
    expect(refused.length).toBeGreaterThanOrEqual(6);
    await Promise.all(
      crowd
        .filter(({ result }) => result === 'open')
        .map(({ socket }) => {
          const closed = closing(socket);
          socket.close();
          return closed;
        }),
    );
    await expectUnharmed();
  });
});

describe('the same contract as in the window', () => {
  it('streams live numbers', async () => {
    const { client } = await openPage(served);
    const frames: number[] = [];
    await new Promise<void>((done) => {
      client.subscribe(
        'room.live',
        {},
        {
          onFrame(room) {
            frames.push(room.atMs);
            if (frames.length === 2) done();
          },
        },
      );
    });
    expect(frames[1]).toBeGreaterThan(frames[0]!);
    client.dispose();
  });
});
