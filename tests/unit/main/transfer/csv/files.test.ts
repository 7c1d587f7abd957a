import { describe, expect, it } from 'vitest';
import { readCsv } from './support';

const at = (clock: string): string => `2026-11-20T${clock}.000Z`;
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

describe('nvidia-smi --query-gpu --format=csv', () => {
  it('is taken with its units, a reading that the driver does not have as missing', () => {
    const { samples, bad, series } = readCsv(
      'timestamp, name, index, power.draw [W], temperature.gpu, utilization.gpu [%], memory.used [MiB], clocks.current.sm [MHz]\n' +
        '2026/11/20 10:00:00.000, NVIDIA H100, 0, 300.25 W, 65, 95 %, 1024 MiB, 1980 MHz\n' +
        '2026/11/20 10:00:00.010, NVIDIA H100, 1, [Not Supported], 66, [N/A], [Unknown Error], [GPU is lost]\n',
    );
    expect(bad).toEqual([]);
    expect(samples).toEqual([
      `gpu0 gpu.power: 300.25 @ ${at('10:00:00')}`,
      `gpu0 gpu.temperature: 65 @ ${at('10:00:00')}`,
      `gpu0 gpu.load: 95 @ ${at('10:00:00')}`,
      `gpu0 gpu.memory.used: 1073741824 @ ${at('10:00:00')}`,
      `gpu0 gpu.clock.sm: 1980 @ ${at('10:00:00')}`,
      'gpu1 gpu.power: missing @ 2026-11-20T10:00:00.010Z',
      'gpu1 gpu.temperature: 66 @ 2026-11-20T10:00:00.010Z',
      'gpu1 gpu.load: missing @ 2026-11-20T10:00:00.010Z',
      'gpu1 gpu.memory.used: missing @ 2026-11-20T10:00:00.010Z',
      'gpu1 gpu.clock.sm: missing @ 2026-11-20T10:00:00.010Z',
    ]);
    expect(new Set(series.map(({ label }) => label))).toEqual(new Set(['NVIDIA H100']));
  });

  it('is taken without units, by UUID and by address; what the catalogue lacks keeps its name', () => {
    const rows = (header: string, ...lines: readonly string[]): readonly string[] =>
      readCsv(`${header}\n${lines.join('\n')}\n`).samples.map((sample) => sample.slice(0, sample.indexOf(' @')));
    expect(rows('timestamp, uuid, power.draw, memory.used, ecc.errors', '2026/11/20 10:00:00.000, GPU-4a1b-2, 300, 1024, 3')).toEqual([
      'gpu/GPU-4a1b-2 gpu.power: 300',
      'gpu/GPU-4a1b-2 gpu.memory.used: 1073741824',
      'gpu/GPU-4a1b-2 ecc.errors: 3',
    ]);
    expect(rows('timestamp, pci.bus_id, fan.speed [%]', '2026/11/20 10:00:00.000, 00000000:01:00.0, 30 %')).toEqual([
      'gpu/00000000:01:00.0 gpu.fan: 30',
    ]);
    // Two columns of one quantity stay two series.
    expect(rows('timestamp, power.draw [W], power.draw.average [W]', '2026/11/20 10:00:00.000, 300 W, 290 W')).toEqual([
      'gpu0 gpu.power: 300',
      'gpu0 power.draw.average: 290 W',
    ]);
    expect(
      rows('timestamp, clocks_event_reasons.active, mig.mode.current', '2026/11/20 10:00:00.000, 0x0000000000000004, Enabled'),
    ).toEqual(['gpu0 gpu.clock.events: 4', 'gpu0 gpu.mig.mode: 1']);
  });

  it('is taken without a header as far as its cells tell', () => {
    const one = readCsv('2026/11/20 10:00:00.000, 300.25 W, 65, 95 %\n2026/11/20 10:00:01.000, 301.25 W, 65, 96 %\n');
    expect(one.samples.slice(0, 3)).toEqual([
      `gpu0 gpu.power: 300.25 @ ${at('10:00:00')}`,
      `gpu0 #3: 65 @ ${at('10:00:00')}`,
      `gpu0 #4: 95 % @ ${at('10:00:00')}`,
    ]);
    const several =
      '2026/11/20 10:00:00.000, 0, 300 W\n2026/11/20 10:00:00.000, 1, 200 W\n2026/11/20 10:00:01.000, 0, 301 W\n2026/11/20 10:00:01.000, 1, 201 W\n';
    expect(readCsv(several).samples.map((sample) => sample.split(' @')[0])).toEqual([
      'gpu0 gpu.power: 300',
      'gpu1 gpu.power: 200',
      'gpu0 gpu.power: 301',
      'gpu1 gpu.power: 201',
    ]);
    expect(readCsv('2026/11/20 10:00:00.000, 65\n', { map: '#2=gpu.temperature@gpu3' }).samples).toEqual([
      `gpu3 gpu.temperature: 65 @ ${at('10:00:00')}`,
    ]);
  });

  it('goes on after another start with the same and with other fields', () => {
    const file =
      'timestamp, index, power.draw [W]\n2026/11/20 10:00:00.000, 0, 300 W\ntimestamp, index, power.draw [W]\n2026/11/20 10:00:05.000, 0, 301 W\ntimestamp, index, temperature.gpu\n2026/11/20 10:00:06.000, 0, 61\n2026/11/20 10:00:07.000, 0, 62\n';
    const expected = [
      `gpu0 gpu.power: 300 @ ${at('10:00:00')}`,
      `gpu0 gpu.power: 301 @ ${at('10:00:05')}`,
      `gpu0 gpu.temperature: 61 @ ${at('10:00:06')}`,
      `gpu0 gpu.temperature: 62 @ ${at('10:00:07')}`,
    ];
    expect(readCsv(file).samples).toEqual(expected);
    for (const stopAfter of [1, 3, 4, 5]) expect(readCsv(file, { stopAfter })).toMatchObject({ samples: expected, bad: [] });
  });
});

describe('loggers of desktops', () => {
  const header =
    'Date,Time,"GPU Temperature [°C]","GPU Temperature [°C]","CPU Package Power [W]","Memory Used [MB]","Throttling [Yes/No]",\r\n';

  it('HWiNFO: Latin-1, names that come again, its footer', () => {
    const { samples, bad } = readCsv(
      latin1(`${header}20.11.2026,10:00:00.123,61,62,200.5,512,Yes,\r\n${header},,"GPU [#0]: X","GPU [#1]: X","","","",\r\n`),
    );
    expect(bad).toEqual([]);
    expect(samples.map((sample) => sample.replace(' @ 2026-11-20T10:00:00.123Z', ''))).toEqual([
      'gpu0 gpu.temperature: 61',
      'file/it GPU Temperature#2: 62 °C',
      'cpu0 cpu.power: 200.5',
      'host memory.used: 536870912',
      'file/it Throttling: 1 1',
    ]);
  });

  it('Open and LibreHardwareMonitor: the paths above the header say what is what', () => {
    const { samples, reading } = readCsv(
      ',/intelcpu/0/load/1,/intelcpu/0/load/0,/gpu-nvidia/0/power/0,/gpu-nvidia/1/temperature/0,/lpc/nct6798d/fan/1,/ram/data/0\n' +
        'Time,"CPU Core #1","CPU Total","GPU Power","GPU Core","Fan #2","Memory Used"\n11/12/2026 21:43:44,3.5,4,61.2,55,1200,8\n',
    );
    expect(reading).toMatchObject({ tool: 'hardware-monitor', dates: 'month-first', skippedLines: 1 });
    expect(samples.map((sample) => sample.replace(' @ 2026-11-12T21:43:44.000Z', ''))).toEqual([
      'cpu0/core0 cpu.core.load: 3.5',
      'host cpu.load: 4',
      'gpu0 gpu.power: 61.2',
      'gpu1 gpu.temperature: 55',
      'sensor/lpc/nct6798d Fan #2: 1200 rpm',
      'host memory.used: 8589934592',
    ]);
  });

  it('MangoHud: what stands before its frames is passed over; time counts in ns', () => {
    const file =
      'os,cpu,gpu,ram,kernel,driver,cpuscheduler\nUbuntu,AMD,NVIDIA,32 GB,6.8,560,performance\nfps,frametime,cpu_load,gpu_load,gpu_temp,gpu_core_clock,gpu_vram_used,gpu_power,ram_used,elapsed\n60.1,16.6,20,95,71,1900,4.5,220,10,1000000000\n';
    const { samples, reading } = readCsv(file, { start: '2026-11-20T10:00:00Z' });
    expect(reading.skippedLines).toBe(2);
    expect(samples.map((sample) => sample.replace(` @ ${at('10:00:01')}`, ''))).toEqual([
      'file/it fps: 60.1 fps',
      'file/it frametime: 16.6 ms',
      'host cpu.load: 20',
      'gpu0 gpu.load: 95',
      'gpu0 gpu.temperature: 71',
      'gpu0 gpu.clock.sm: 1900',
      'gpu0 gpu.memory.used: 4831838208',
      'gpu0 gpu.power: 220',
      'host memory.used: 10737418240',
    ]);
  });
});

describe('Grafana', () => {
  it('with the separator said, with units in its cells, with series one below the other', () => {
    expect(readCsv('sep=;\r\n"Time";"gpu0"\r\n"2026-11-20 10:00:00";"71.2"\r\n').samples).toEqual([
      `file/it gpu0: 71.2 @ ${at('10:00:00')}`,
    ]);
    expect(
      readCsv('\ufeff"Time","gpu0"\n"2026-11-20 10:00:00","71.2 W"\n"2026-11-20 10:00:15","1.02 kW"\n"2026-11-20 10:00:30","5 °C"\n'),
    ).toMatchObject({
      samples: [`file/it gpu0: 71.2 W @ ${at('10:00:00')}`, `file/it gpu0: 1020 W @ ${at('10:00:15')}`],
      bad: ['column gpu0: "5 °C" cannot be turned into W'],
    });
    expect(readCsv('Series;Time;Value\ngpu0;2026-11-20T10:00:00+01:00;71.2\ngpu1;2026-11-20T10:00:00+0100;81.2\n').samples).toEqual([
      `file/it gpu0: 71.2 @ ${at('09:00:00')}`,
      `file/it gpu1: 81.2 @ ${at('09:00:00')}`,
    ]);
  });

  it('puts series of other moments side by side: an empty cell there is no reading that failed', () => {
    const { samples } = readCsv(
      '"Time","gpu_power{gpu=""0"", instance=""n1""}","gpu_power{gpu=""1"", instance=""n1""}"\n2026-11-20 10:00:00,71.2,\n2026-11-20 10:00:15,,72\n',
    );
    expect(samples).toEqual([`node/n1/gpu0 gpu.power: 71.2 @ ${at('10:00:00')}`, `node/n1/gpu1 gpu.power: 72 @ ${at('10:00:15')}`]);
  });
});

describe('InfluxDB', () => {
  const table = (columns: string, types: string, ...rows: readonly string[]): string =>
    `#group,${columns
      .split(',')
      .map(() => 'true')
      .join(',')}\n#datatype,string,${types}\n#default,_result\n,result,${columns}\n${rows.join('\n')}\n`;

  it('annotated: each table has its own columns, also where it was interrupted between two', () => {
    const file =
      table(
        'table,_time,_value,_field,_measurement,index',
        'long,dateTime:RFC3339,double,string,string,string',
        ',,0,2026-11-20T09:00:10.123456789Z,71.2,power_draw,nvidia_smi,0',
      ) +
      '\n' +
      table(
        'table,_time,_value,_field,_measurement,host,path',
        'long,dateTime:RFC3339,long,string,string,string,string',
        ',,1,2026-11-20T09:00:11Z,7,used,disk,a,/',
        ',,1,2026-11-20T09:00:12Z,8,used,disk,a,/var',
      );
    const expected = [
      'gpu0 power_draw: 71.2 W @ 2026-11-20T09:00:10.123Z',
      `node/a/disk/root used: 7 @ ${at('09:00:11')}`,
      `node/a/disk/var used: 8 @ ${at('09:00:12')}`,
    ];
    expect(readCsv(file)).toMatchObject({ samples: expected, bad: [] });
    for (const stopAfter of [2, 5, 8, 9, 11]) expect(readCsv(file, { stopAfter }).samples).toEqual(expected);
  });

  it('as influx -format csv writes it: tags in one column, ns or µs', () => {
    const file = (time: string): string => `name,tags,time,value\nnvidia_smi,"host=a,index=0",${time},71.2\n`;
    for (const time of ['1795169600000000000', '1795169600000000', '1795169600000'])
      expect(readCsv(file(time)).samples).toEqual([`node/a/gpu0 nvidia_smi: 71.2 @ ${at('10:13:20')}`]);
    expect(readCsv('name,tags,time,used,free\nmem,host=a,1795169600000000000,7,8\n').samples).toEqual([
      `node/a/mem used: 7 @ ${at('10:13:20')}`,
      `node/a/mem free: 8 @ ${at('10:13:20')}`,
    ]);
  });
});

describe('others', () => {
  it('codecarbon: powers of one run, a comma inside quotes', () => {
    const { samples, series } = readCsv(
      'timestamp,project_name,run_id,duration,emissions,cpu_power,gpu_power,ram_power,country_name,os\n2026-11-20T23:40:39,llm,d46c,4.7,4.2e-07,42.5,0.0,3.084427776,"Korea, Republic of",Linux\n',
    );
    expect(samples.map((sample) => sample.split(' @')[0])).toEqual([
      'llm/d46c duration: 4.7 s',
      'llm/d46c emissions: 0 kg',
      'llm/d46c/cpu0 cpu.power: 42.5',
      'llm/d46c/gpu0 gpu.power: 0',
      'llm/d46c/dram0 dram.power: 3.084428',
    ]);
    expect(series[0]?.label).toBe('Korea, Republic of');
  });

  it('sadf -d: its header is a comment, and another one begins another table', () => {
    const { samples, bad } = readCsv(
      '# hostname;interval;timestamp;CPU;%user\nn1;600;2026-11-20 00:10:01 UTC;-1;0.50\nn1;600;2026-11-20 00:10:01 UTC;0;0.70\nn1;-1;2026-11-20 00:15:01 UTC;LINUX-RESTART\t(8 CPU)\n# hostname;interval;timestamp;kbmemused;rxkB/s\nn1;600;2026-11-20 00:20:01 UTC;100;2\n',
    );
    expect(bad).toEqual([]);
    expect(samples).toEqual([
      `node/n1 %user: 0.5 % @ ${at('00:10:01')}`,
      `node/n1/cpu/0 %user: 0.7 % @ ${at('00:10:01')}`,
      `node/n1 kbmemused: 102400 B @ ${at('00:20:01')}`,
      `node/n1 rxkB/s: 2048 B/s @ ${at('00:20:01')}`,
    ]);
  });

  it('rows of several devices, by the columns that name them; a count of the rows is no quantity', () => {
    expect(readCsv('when,kW,rack\n2026-11-20T10:00:00Z,0.4,a1\n2026-11-20T10:00:00Z,0.5,a2\n').samples).toEqual([
      `a1 power: 400 W @ ${at('10:00:00')}`,
      `a2 power: 500 W @ ${at('10:00:00')}`,
    ]);
    expect(readCsv('host,gpu,timestamp,gpu_power\nn1,0,2026-11-20T10:00:00Z,5\nn1,1,2026-11-20T10:00:00Z,6\n').samples).toEqual([
      `node/n1/gpu0 gpu.power: 5 @ ${at('10:00:00')}`,
      `node/n1/gpu1 gpu.power: 6 @ ${at('10:00:00')}`,
    ]);
    const counted = readCsv(',timestamp,power,note\n0,2026-11-20 10:00:00,5,x\n1,2026-11-20 10:00:01,6,y\n');
    expect(counted.samples).toEqual([`file/it power: 5 @ ${at('10:00:00')}`, `file/it power: 6 @ ${at('10:00:01')}`]);
    expect(counted.skippedColumns).toEqual(['note']);
  });
});

describe('two columns of one name', () => {
  const file = 'timestamp,GPU Power [W],GPU Power [W]\n2026-11-20T10:00:00Z,262.1,31.5\n';

  it('are refused, with how to tell them apart', () => {
    expect(() => readCsv(file)).toThrow(/Two columns are named "GPU Power \[W\]" \(columns 2, 3\).*by position.*"GPU Power \[W\]#2"/);
    expect(() => readCsv(file, { map: 'GPU Power [W]=gpu.power@gpu0' })).toThrow('by position');
  });

  it.each([
    'GPU Power [W]=gpu.power@gpu0,GPU Power [W]#2=gpu.power@gpu1',
    'GPU Power [W]#2=gpu.power@gpu1',
    '#2=gpu.power@gpu0,#3=gpu.power@gpu1',
    'GPU Power [W]#1=gpu.power,GPU Power [W]#2=gpu.power@gpu1',
  ])('are taken by %s', (map) => {
    expect(readCsv(file, { map }).samples).toEqual([
      `gpu0 gpu.power: 262.1 @ ${at('10:00:00')}`,
      `gpu1 gpu.power: 31.5 @ ${at('10:00:00')}`,
    ]);
  });
});

describe('bytes', () => {
  const text = 'time\tPower (W)\r\n2026-11-20 10:00:00\t71.2\r\n';
  it.each([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 with a mark', utf16(`\ufeff${text}`)],
    ['UTF-16, big end first, with a mark', utf16(`\ufeff${text}`).swap16()],
    ['UTF-16 without a mark', utf16(text)],
    ['UTF-16, big end first, without a mark', utf16(text).swap16()],
    ['lines that end with returns', Buffer.from(text.replaceAll('\n', ''))],
    ['zeros of a lost power between lines', Buffer.from(`${text.slice(0, 16)}\0\0\0\r\n${text.slice(16)}\0\0\0\0`)],
  ])('%s', (_, file) => {
    expect(readCsv(file)).toMatchObject({ samples: [`file/it Power: 71.2 W @ ${at('10:00:00')}`], bad: [] });
  });

  it('Latin-1 and GB 18030 are told apart', () => {
    expect(readCsv(latin1('time,Wärme [°C]\n2026-11-20 10:00:00,5\n')).samples).toEqual([`file/it Wärme: 5 °C @ ${at('10:00:00')}`]);
    const chinese = Buffer.from([0xca, 0xb1, 0xbc, 0xe4, 0x2c, 0xb9, 0xa6, 0xc2, 0xca, 0x0a, ...Buffer.from('2026-11-20 10:00:00,5\n')]);
    expect(readCsv(chinese).samples).toEqual([`file/it 功率: 5 @ ${at('10:00:00')}`]);
  });
});
