import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { httpJsonKind } from '../../../src-main/core/telemetry/collectors/http-json/kind';
import { FeedTime, failureOf, feedUnderTest, told, whys } from '../../helpers/feed';

let server: Server;
let url = '';
let answer: RequestListener = () => undefined;
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/meter?all=1`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const says = (body: unknown, status = 200): void => {
  answer = (_request, response) => response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
};
const points = ['power meters[1].w unit=kW', 'energy.import total unit=kWh', 'voltage.L1 ["volt.1"] scale=0.1 none=-1'];
const one = (settings: object = {}, time: FeedTime | null = null) =>
  feedUnderTest(httpJsonKind, { url, points, ...settings }, { key: 'k-123', pass: 'horse' }, time);

it('reads several values by their paths, as numbers and as texts', async () => {
  says({ meters: [{ w: 1 }, { w: '2.25' }], total: 1200.5, 'volt.1': 2304 });
  const readings = await one({ counts: 'facility' }).try();
  expect(told(readings)).toEqual({
    'meter.power': 2250,
    'meter.energy.import': 1200.5 * 3.6e6,
    'L1 meter.voltage': 230.4,
    'facility.meter.power': 2250,
  });
  expect(readings[0]?.raw).toBe('2.25');
});

it('says of each value that is none why', async () => {
  says('{"meters":[{},{"w":NaN,"name":"is NaN"}],"total":"N/A","volt.1":-1}');
  const readings = await one().try();
  expect(told(readings)).toEqual({ 'meter.power': null, 'meter.energy.import': null, 'L1 meter.voltage': null });
  expect(whys(readings)).toEqual(Array(3).fill('The source says that it has no value'));
  says({ meters: [{ w: 5 }], total: '1,5', 'volt.1': [230] });
  expect(whys(await one().try())).toEqual(['Nothing lies at meters[1].w. There is: 0', 'It is no number', 'It is no number']);
  says({ error: 'no such device' });
  expect(await failureOf(one().try())).toBe('Nothing lies at meters[1].w. There is: error');
});

it('signs in by a header, a token, a user, and says what stands in the way', async () => {
  let asked: Record<string, unknown> = {};
  answer = ({ headers }, response) => {
    asked = headers;
    response.writeHead(headers['x-key'] === 'k-123' || headers.authorization ? 200 : 401).end('{"total":1}');
  };
  const only = { points: ['energy.import total unit=Wh'] };
  expect(await failureOf(one(only).read())).toContain('refuses the sign-in (HTTP 401)');
  await one({ ...only, auth: 'header', header: 'X-Key', token: 'key' }).read();
  await one({ ...only, auth: 'bearer', token: 'key' }).read();
  expect(asked['authorization']).toBe('Bearer k-123');
  await one({ ...only, auth: 'basic', user: 'me', password: 'pass' }).read();
  expect(asked['authorization']).toBe(`Basic ${Buffer.from('me:horse').toString('base64')}`);
  says('<!DOCTYPE html><title>Sign in</title>');
  expect(await failureOf(one().read())).toContain('a web page and not with JSON');
  says('{"total":', 200);
  expect(await failureOf(one().read())).toContain('is no JSON. It begins with: {"total":');
  says('gone', 302);
  expect(await failureOf(one().read())).toContain('another address');
  expect(await failureOf(one({ url: url.replace('http:', 'https:') }).read())).toContain('cannot be reached with encryption');
  expect(await failureOf(one({ url: 'http://127.0.0.1:1/' }).read())).toContain('refuses the connection');
  expect(() => one({ points: ['power a..b'] })).toThrow();
});

it('keeps a value’s own time, has none of one that is too old, and takes the moment where a clock is wrong', async () => {
  const time = new FeedTime();
  const timed = { points: ['power w'], time: 'at', zone: 'Europe/Berlin', staleS: 120 };
  says({ w: 7, at: '2026-11-02T12:59:30' });
  expect(await one(timed, time).read()).toMatchObject([{ value: 7, atMs: time.wall - 30_000 }]);
  time.pass(100_000);
  expect(whys(await one(timed, time).try())).toEqual(['The last value is 130 s old']);
  says({ w: 7, at: time.wall + 3_600_000 });
  const [ahead] = await one(timed, time).read();
  expect(ahead).toMatchObject({ value: 7 });
  says({ w: 7, at: 'yesterday' });
  expect(await failureOf(one(timed, time).read())).toBe('There is no time at at: yesterday');
});

it('that is read hourly holds its value for two and a half hours, without being told so', async () => {
  const time = new FeedTime();
  const hourly = { points: ['power w'], time: 'at', everyS: 3600 };
  says({ w: 7, at: time.wall });
  time.pass(2 * 3_600_000);
  expect(told(await one(hourly, time).read())).toEqual({ 'meter.power': 7 });
  expect(whys(await one({ ...hourly, everyS: 15 }, time).try())).toEqual(['The last value is 7200 s old']);
  time.pass(3_600_000);
  expect(whys(await one(hourly, time).try())).toEqual(['The last value is 10800 s old']);
});

it('that does not answer is given up with the read', async () => {
  answer = () => undefined;
  const { collector } = one();
  const abort = new AbortController();
  const read = collector.read(abort.signal);
  setTimeout(() => abort.abort(), 100);
  expect(await failureOf(read)).toContain('does not answer');
});
