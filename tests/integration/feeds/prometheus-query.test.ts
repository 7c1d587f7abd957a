import { spawn, type ChildProcess } from 'node:child_process';
import { createServer as createHttpServer, type Server } from 'node:http';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { prometheusQueryKind } from '../../../src-main/core/telemetry/collectors/prometheus-query/kind';
import { failureOf, feedUnderTest, told, whys } from '../../helpers/feed';
import { needsProgram } from '../../helpers/needs';
import { freeTcpPort } from '../../helpers/ports';

const PROGRAMS = ['/usr/bin/prometheus', '/usr/bin/prometheus-node-exporter'];

describe(
  'a Prometheus server',
  needsProgram(
    PROGRAMS.every((path) => existsSync(path)),
    'prometheus',
    'prometheus prometheus-node-exporter',
  ),
  () => {
    let folder = '';
    let exporter: Server;
    let page = '';
    const programs: ChildProcess[] = [];
    let url = '';
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'coldaisle-prometheus-'));
      page = [
        'ipmi_dcmi_power_consumption_watts 332',
        'ipmi_temperature_celsius{name="Inlet Temp",id="4"} 22.5',
        'rPDU2DeviceStatusPower{rPDU2DeviceStatusIndex="1"} 347',
        'rPDU2OutletMeteredStatusPower{rPDU2OutletMeteredStatusIndex="3"} -1',
        'DCGM_FI_DEV_POWER_USAGE{gpu="0",UUID="GPU-7b1f",Hostname="node-07"} 312.5',
        'meter_watts{meter="a"} 100',
        'meter_watts{meter="b"} 200',
        'broken_watts NaN',
        'endless_watts +Inf',
        '',
      ].join('\n');
      exporter = createHttpServer((_request, response) => response.end(page));
      await new Promise<void>((done) => exporter.listen(0, '127.0.0.1', done));
      const [own, node, server] = [(exporter.address() as AddressInfo).port, await freeTcpPort(), await freeTcpPort()];
      const config = `global: { scrape_interval: 1s }\nscrape_configs:\n- { job_name: own, static_configs: [{ targets: ['127.0.0.1:${own}'], labels: { instance: 'rack-1:9290' } }] }\n- { job_name: node, static_configs: [{ targets: ['127.0.0.1:${node}'], labels: { instance: 'node-03:9100' } }] }\n`;
      writeFileSync(join(folder, 'prometheus.yml'), config);
      programs.push(spawn('/usr/bin/prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${node}`], { stdio: 'ignore' }));
      const args = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
      programs.push(spawn('/usr/bin/prometheus', [...args, `--web.listen-address=127.0.0.1:${server}`], { stdio: 'ignore' }));
      url = `http://127.0.0.1:${server}/`;
      await vi.waitFor(() => own_('power sum(meter_watts)').then((values) => expect(values['meter.power']).toBe(300)), { timeout: 30_000 });
      await vi.waitFor(async () => expect((await ask({ exporter: 'node' }).try()).length).toBeGreaterThan(1), { timeout: 30_000 });
    });
    afterAll(() => {
      for (const program of programs) program.kill('SIGKILL');
      exporter.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const ask = (settings: object) => feedUnderTest(prometheusQueryKind, { url, ...settings });
    const own_ = async (...points: string[]) => told(await ask({ points }).try());

    it('is asked for what one wants to know, and says what it has not', async () => {
      expect(await own_('power.a meter_watts{meter="a"}', 'power.b meter_watts{meter="b"} unit=kW')).toEqual({
        'a meter.power': 100,
        'b meter.power': 200_000,
      });
      expect(await own_('power meter_watts by=meter')).toEqual({ 'a meter.power': 100, 'b meter.power': 200 });
      expect(await failureOf(ask({ points: ['power meter_watts'] }).try())).toContain('gives 2 series that nothing tells apart');
      const none = await ask({
        points: ['power broken_watts', 'power.x endless_watts', 'power.y no_such', 'power.z scalar(sum(meter_watts))'],
      }).try();
      expect(told(none)).toEqual({ 'meter.power': null, 'x meter.power': null, 'y meter.power': null, 'z meter.power': 300 });
      expect(none.map(({ raw }) => raw)).toEqual(['NaN', '+Inf', '', '300']);
      expect(whys(none)[2]).toBe('The server has nothing for no_such');
      expect(await failureOf(ask({ points: ['power sum('] }).try())).toMatch(/refuses the query sum\(: .*parse error/);
    });

    it('knows the exporters that rooms have, in their units', async () => {
      expect(told(await ask({ exporter: 'ipmi' }).try())).toEqual({
        'rack-1 meter.power': 332,
        'rack-1-Inlet-Temp-4 sensor.temperature': 22.5,
      });
      const snmp = await ask({ exporter: 'snmp' }).try();
      expect(told(snmp)).toEqual({ 'rack-1-1 meter.power': 3470, 'rack-1-3 meter.power': null });
      expect(await ask({ exporter: 'dcgm' }).try()).toMatchObject([{ device: 'node/node-07/gpu0', metric: 'gpu.power', value: 312.5 }]);
      const node = await ask({ exporter: 'node' }).try();
      expect(node).toContainEqual(expect.objectContaining({ device: 'node/node-03', metric: 'host.load1' }));
    });

    it('gives each stored sample once, in its order and with its own time, and none once it is no more scraped', async () => {
      const one = ask({ points: ['power.a meter_watts{meter="a"}'], staleS: 30 });
      const times: number[] = [];
      const poll = async (): Promise<void> => {
        const [reading] = await one.read();
        for (const { atMs } of one.collector.between?.() ?? []) times.push(atMs);
        if (reading?.atMs !== undefined && reading.atMs !== times.at(-1)) times.push(reading.atMs);
      };
      await poll();
      await new Promise((done) => setTimeout(done, 3_000));
      await poll();
      expect(times.length).toBeGreaterThanOrEqual(3);
      expect([...new Set(times)].sort((a, b) => a - b)).toEqual(times);
      page = '';
      await vi.waitFor(
        async () =>
          expect(whys(await ask({ points: ['power.a meter_watts{meter="a"}'] }).try())[0]).toMatch(/^The last value is \d+ s old$/),
        {
          timeout: 20_000,
          interval: 500,
        },
      );
    });
  },
);

it('what answers in its place is told', async () => {
  let answer = '';
  const server = createHttpServer((_request, response) => response.end(answer));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const one = feedUnderTest(prometheusQueryKind, { url, points: ['power sum(x)'] });
  answer = '<html>Bad gateway</html>';
  expect(await failureOf(one.read())).toContain('is not of a Prometheus server');
  answer = JSON.stringify({
    status: 'success',
    warnings: ['remote down'],
    data: { resultType: 'vector', result: [{ metric: {}, value: [1, '1.2e+03'] }] },
  });
  expect(told(await one.read())).toEqual({ 'meter.power': 1200 });
  expect(await one.collector.doctor()).toMatchObject([{ state: 'partial' }]);
  answer = JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, histogram: [1, { count: '1' }] }] } });
  expect(await failureOf(one.read())).toBe('It is no number');
  server.close();
});
