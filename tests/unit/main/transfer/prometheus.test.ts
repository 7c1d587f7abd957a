import { describe, expect, it } from 'vitest';
import { parseRules } from '../../../../src-main/core/transfer/mapping';
import { readText } from '../../../helpers/reading';

const AT_S = 1_795_000_000;
const MODIFIED_MS = 1_795_000_000_000;
const power = { device: 'gpu0', metric: 'gpu.power', label: '', provenance: 'measured' };
/** What is asked of most: metric, device, value. */
const short = (text: string): unknown[] => readText(text).samples.map(({ key, value }) => [key.metric, key.device, value]);

describe('what this app exports', () => {
  it('comes back under its own names, with its provenance, and as measured where none is said', () => {
    expect(readText(`coldaisle_gpu_power_watts{device="gpu0"} 70.5 ${AT_S}.25\n`).samples).toEqual([
      { key: power, atMs: AT_S * 1000 + 250, value: 70.5 },
    ]);
    expect(readText(`coldaisle_gpu_power_watts{device="gpu0",provenance="modelled",label="H"} NaN ${AT_S}`).samples).toEqual([
      { key: { ...power, label: 'H', provenance: 'modelled' }, atMs: AT_S * 1000, value: NaN },
    ]);
    expect(readText(`coldaisle_gpu_power_watts{device="gpu0"} 1 ${AT_S}000\n`).samples[0]?.atMs).toBe(AT_S * 1000);
    const comments = readText('# TYPE a gauge\n# EOF\n\n# a comment\n');
    expect([comments.samples, comments.bad_, comments.passedOver]).toEqual([[], [], []]);
  });

  it('brings the definition of a metric that the catalogue does not know', () => {
    const text = `# TYPE coldaisle_val_flow_m3_per_h unknown\n# UNIT coldaisle_val_flow_m3_per_h m3_per_h\n# HELP coldaisle_val_flow_m3_per_h Water \\\\ flow [m3/h]\ncoldaisle_val_flow_m3_per_h{device="room",metric="val/flow"} 1 ${AT_S}\n# EOF\n`;
    expect(readText(text).samples[0]?.key).toEqual({
      device: 'room',
      metric: 'val/flow',
      label: '',
      provenance: 'measured',
      definition: { name: 'Water \\ flow', unit: 'm3/h', kind: 'counter', digits: 0, range: null },
    });
    expect(readText(text).reader.endMissing).toBe(false);
    expect(readText(text.replace('# EOF\n', '')).reader.endMissing).toBe(true);
  });

  it.each([
    [`coldaisle_gpu_power_watts 70 ${AT_S}`, 'no label device'],
    [`coldaisle_gpu_power_watts{device="gpu0",provenance="guessed"} 70 ${AT_S}`, '"guessed" is no provenance'],
    [`coldaisle_gpu_power_watts{device=""} 1 ${AT_S}`, 'no device'],
    [`a 1 ${AT_S}\ncoldaisle_gpu_power_watts{device="gpu0"} 70`, 'no time'],
  ])('%s is bad', (line, problem) => {
    expect(readText(line).bad_[0]).toContain(problem);
  });
});

it('maps names by rule, in place of what they would be', () => {
  const rules = parseRules(
    'DCGM_FI_DEV_POWER_USAGE=facility.meter.power@room/{gpu}, ratio=gpu.load@gpu{gpu}*100, ratio=gpu.memory.load@gpu{gpu}',
  );
  const read = (text: string) => readText(text, { rules });
  expect(read(`DCGM_FI_DEV_POWER_USAGE{gpu="3",provenance="simulated"} 70 ${AT_S}\n`).samples).toEqual([
    { key: { device: 'room/3', metric: 'facility.meter.power', label: '', provenance: 'simulated' }, atMs: AT_S * 1000, value: 70 },
  ]);
  expect(read(`ratio{gpu="3"} 0.25 ${AT_S}\n`).samples.map(({ key, value }) => [key.metric, value])).toEqual([
    ['gpu.load', 25],
    ['gpu.memory.load', 0.25],
  ]);
  expect(read(`ratio 0.25 ${AT_S}\nratio 0.5 ${AT_S}\n`).bad_).toEqual(
    Array.from({ length: 2 }, () => 'it has no "gpu", which the mapping of ratio asks for'),
  );
});

it('takes what the DCGM exporter and the node exporter say, of the time the file was written where they say none', () => {
  const gpu = (name: string, value: string, more = ''): string =>
    `${name}{gpu="1",UUID="GPU-5e1f",device="nvidia1",modelName="NVIDIA H100",Hostname="node-7",pod="a"${more}} ${value}\n`;
  const text = [
    '# HELP DCGM_FI_DEV_POWER_USAGE Power draw (in W).\n# TYPE DCGM_FI_DEV_POWER_USAGE gauge\n',
    gpu('DCGM_FI_DEV_POWER_USAGE', '412.5'),
    gpu('DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', '5000'),
    gpu('DCGM_FI_DEV_FB_USED', '3'),
    gpu('DCGM_FI_DEV_GPU_UTIL', '99', ',GPU_I_ID="2",GPU_I_PROFILE="1g.10gb"'),
    '# HELP DCGM_FI_DEV_FB_FREE Frame buffer memory free (in MiB).\n# TYPE DCGM_FI_DEV_FB_FREE gauge\n',
    gpu('DCGM_FI_DEV_FB_FREE', '81000'),
    '# TYPE DCGM_FI_PROF_PCIE_TX_BYTES counter\n',
    gpu('DCGM_FI_PROF_PCIE_TX_BYTES', '77'),
    'node_load1 0.21\n',
    'node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp1"} 48\n',
    '# TYPE node_network_receive_bytes_total counter\nnode_network_receive_bytes_total{device="eth0"} 1.5e+09\n',
    'node_cpu_seconds_total{cpu="0",mode="idle"} 12\nnode_cpu_seconds_total{cpu="0",mode="user"} 13\n',
  ].join('');
  const found = readText(text);
  expect(found.bad_).toEqual([]);
  expect(found.samples.map(({ key, value }) => [key.metric, key.device, value])).toEqual([
    ['gpu.power', 'node/node-7/gpu1', 412.5],
    ['gpu.energy', 'node/node-7/gpu1', 5],
    ['gpu.memory.used', 'node/node-7/gpu1', 3 * 2 ** 20],
    ['gpu.load', 'node/node-7/gpu1/mig2', 99],
    ['DCGM_FI_DEV_FB_FREE', 'node/node-7/gpu1', 81000],
    ['DCGM_FI_PROF_PCIE_TX_BYTES', 'node/node-7/gpu1', 77],
    ['host.load1', 'host', 0.21],
    ['sensor.temperature', 'sensor/platform_coretemp_0/temp1', 48],
    ['node_network_receive_bytes_total', 'device=eth0', 1.5e9],
    ['node_cpu_seconds_total', 'cpu=0,mode=idle', 12],
    ['node_cpu_seconds_total', 'cpu=0,mode=user', 13],
  ]);
  expect(found.samples.every(({ atMs }) => atMs === MODIFIED_MS)).toBe(true);
  expect(found.reader.assumedAtMs).toBe(MODIFIED_MS);
  expect(found.samples[0]?.key.label).toBe('NVIDIA H100');
  const definitions = Object.fromEntries(found.samples.map(({ key }) => [key.metric, key.definition]));
  expect(definitions['DCGM_FI_DEV_FB_FREE']).toMatchObject({ unit: 'MiB', kind: 'gauge' });
  expect(definitions['DCGM_FI_PROF_PCIE_TX_BYTES']).toMatchObject({ unit: 'B', kind: 'counter' });
  expect(definitions['node_cpu_seconds_total']).toMatchObject({ unit: 's', kind: 'counter' });
  expect(definitions['gpu.power']).toBeUndefined();
});

it('takes names in quotes, and names that are a label', () => {
  expect(
    short(`# TYPE "gpu.power" gauge\n{"gpu.power",gpu="0"} 71.5 ${AT_S}\n{"gpu.power","k8s.node.name"="n1",gpu="1"} 72.5 ${AT_S}\n# EOF\n`),
  ).toEqual([
    ['gpu.power', 'gpu0', 71.5],
    ['gpu.power', 'node/n1/gpu1', 72.5],
  ]);
  expect(
    readText(`{__name__="gpu_power", gpu="0"} 71.5 ${AT_S}000\n{__name__="gpu_power", gpu="0"} 72.5 ${AT_S + 15}000\n`).samples.map(
      ({ key, atMs, value }) => [key.metric, key.device, atMs, value],
    ),
  ).toEqual([
    ['gpu_power', 'gpu0', AT_S * 1000, 71.5],
    ['gpu_power', 'gpu0', (AT_S + 15) * 1000, 72.5],
  ]);
});

it('takes what is loosely written, in whatever chunks it comes', () => {
  const loose = [
    '\uFEFF# HELP gpu_power Power\n#TYPE rco2 gauge\n# TYPE gpu_power gauge\n',
    `pm02{id="a",mac="FF:FF"}11 ${AT_S}000\npm02{id="b", mac="x"} 12 ${AT_S}000\npm02{id="c",path="/send/{id}/time"} 13 ${AT_S}000\npm02{id="d",} 14 ${AT_S}000\n`,
    `gpu_power{gpu="0",name="a \\"b\\" \\\\ c\\n d # e } f"} 71.5 ${AT_S} \r\ngpu_power { gpu="2" } 73.5 ${AT_S + 2}.25\n`,
    `gpu_power{gpu="5"} 75 ${AT_S + 3} # {trace_id="abc # d"} 0.67 ${AT_S + 3}\ngpu_power_bucket{gpu="5",le="+Inf"} 17 ${AT_S + 3}\ngpu_power{gpu="6"} 7.65e+01 1.795000004e9`,
  ].join('');
  const whole = readText(loose);
  expect(whole.bad_).toEqual([]);
  expect(whole.samples.map(({ key, atMs, value }) => [key.metric, key.device, atMs - AT_S * 1000, value])).toEqual([
    ['pm02', 'id=a,mac=FF:FF', 0, 11],
    ['pm02', 'id=b,mac=x', 0, 12],
    ['pm02', 'id=c,path=/send/{id}/time', 0, 13],
    ['pm02', 'id=d', 0, 14],
    ['gpu_power', 'gpu0', 0, 71.5],
    ['gpu_power', 'gpu2', 2250, 73.5],
    ['gpu_power', 'gpu5', 3000, 75],
    ['gpu_power_bucket{le="+Inf"}', 'gpu5', 3000, 17],
    ['gpu_power', 'gpu6', 4000, 76.5],
  ]);
  expect(whole.samples[4]?.key.label).toBe('a "b" \\ c\n d # e } f');
  for (const chunk of [1, 3, 7, 64]) expect(readText(loose, { chunk }).samples).toEqual(whole.samples);
});

it('reads each number as it is written, to the last bit, whichever way a series comes again', () => {
  const values = [
    '0',
    '-0',
    '71.5',
    '0.1',
    '123456789.123456',
    '1e-7',
    '9007199254740993',
    '0.30000000000000004',
    '5e-324',
    '1.7976931348623157e308',
    '.5',
    '5.',
    '-12.000',
    '000012.5',
    '123456789012345',
    '1234567890123456',
    '0.000000000000000000000000123',
  ];
  const text = values.flatMap((value, i) => ['a', 'b'].map((name) => `${name}{x="1"} ${value} ${AT_S + i}.${i}\n`)).join('');
  const found = readText(text);
  expect(found.bad_).toEqual([]);
  expect(found.samples.map(({ value }) => value)).toEqual(values.flatMap((value) => [Number(value), Number(value)]));
  expect(found.samples.map(({ atMs }) => atMs)).toEqual(
    values.flatMap((_, i) => [0, 1].map(() => Math.round(Number(`${AT_S + i}.${i}`) * 1000))),
  );
  expect(found.sources).toHaveLength(2);
});

it('tells every line that is none, also among those that are known, and passes over a line without an end', () => {
  const good = `a{x="1"} 1 ${AT_S}\n`;
  const found = readText(
    `${good}${good.replace(' 1 ', ' one ')}a{x="1"} 1 noon\na{x="1"} 1 2 3\na{x="1"}\n${'b'.repeat(200_000)}\n${good}`,
    { chunk: 1000 },
  );
  expect(found.samples).toHaveLength(2);
  expect(found.bad_).toEqual([
    '"one" is not a number',
    '"noon" is not a time',
    'there is something after its time',
    'it has no value',
    'it is too long',
  ]);
  expect(found.reader.line).toBe(8);
});

it('goes on in the middle with what it has learned before', () => {
  const first = '# TYPE a counter\n# UNIT a watts\na 1\n';
  const { reader } = readText(first);
  const rest = readText('b 2\na{x="1"} 3\n', {
    from: { byte: reader.byte, line: reader.line, state: reader.state() },
    modifiedMs: MODIFIED_MS,
  });
  expect(rest.samples.map(({ key, atMs }) => [key.metric, key.definition?.kind, key.definition?.unit, atMs])).toEqual([
    ['b', 'gauge', '', MODIFIED_MS],
    ['a', 'counter', 'W', MODIFIED_MS],
  ]);
  expect(rest.reader.line).toBe(6);
});
