import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeUdpPort } from '../../helpers/ports';
import { compiler as findCompiler } from '../nvml/build';

/** A sensor of the simulator: value = raw × factor × 10^exponent in IPMI's unit; raw null = it has no reading. */
export interface SimulatedSensor {
  readonly number: number;
  readonly type: number;
  readonly name: string;
  readonly unit: number;
  readonly entity: readonly [id: number, instance: number];
  readonly factor?: number;
  readonly exponent?: number;
  readonly raw: number | null;
}

/** A real management controller of OpenIPMI’s ipmi_sim, with the password `opensesame` of `reader`; its power it tells to an administrator only. */
export class SimulatedController {
  private readonly folder = mkdtempSync(join(tmpdir(), 'coldaisle-ipmi-'));
  private child: ChildProcess | null = null;

  private constructor(readonly port: number) {}

  static async make(sensors: readonly SimulatedSensor[]): Promise<SimulatedController> {
    const controller = new SimulatedController(await freeUdpPort());
    controller.write(sensors);
    return controller;
  }

  start(): void {
    const at = (name: string): string => join(this.folder, name);
    this.child = spawn('ipmi_sim', ['-c', at('lan.conf'), '-f', at('controller.emu'), '-s', at('state'), '-n'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  }

  async end(): Promise<void> {
    const { child } = this;
    if (child === null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
    this.child = null;
  }

  /** Stands still, as a controller that is too busy to answer. */
  hold(): void {
    this.child?.kill('SIGSTOP');
  }

  goOn(): void {
    this.child?.kill('SIGCONT');
  }

  /** What Get Power Reading answers from now on; null = the controller does not know the command. */
  power(reading: { readonly watts: number; readonly isActive: boolean } | null): void {
    const file = join(this.folder, 'answer');
    if (reading === null) rmSync(file, { force: true });
    else {
      const answer = Buffer.alloc(19);
      answer[1] = 0xdc;
      for (const place of [2, 4, 6, 8]) answer.writeUInt16LE(reading.watts, place);
      answer.writeUInt32LE(reading.isActive ? 1_700_000_000 : 0, 10);
      answer[18] = reading.isActive ? 0x40 : 0;
      writeFileSync(file, answer);
    }
  }

  async remove(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(sensors: readonly SimulatedSensor[]): void {
    const at = (name: string): string => join(this.folder, name);
    const compiler = findCompiler();
    if (compiler === null) throw new Error('there is no C compiler');
    const { status, stderr } = spawnSync(compiler, ['-shared', '-fPIC', '-o', at('dcmi.so'), join(import.meta.dirname, 'dcmi.c')]);
    if (status !== 0) throw new Error(stderr.toString());
    mkdirSync(at('state'));
    const levels = ['callback', 'user', 'operator', 'admin'].map((level) => `  allowed_auths_${level} md5`);
    writeFileSync(
      at('lan.conf'),
      [
        'name "rack"',
        'set_working_mc 0x20',
        `loadlib "${at('dcmi.so')}" "${at('answer')}"`,
        'startlan 1',
        `  addr 127.0.0.1 ${this.port}`,
        '  priv_limit admin',
        ...levels,
        '  guid a123456789abcdefa123456789abcdef',
        'endlan',
        'user 2 true "reader" "opensesame" admin 10 md5',
        '',
      ].join('\n'),
    );
    writeFileSync(
      at('controller.emu'),
      [
        'mc_setbmc 0x20',
        'mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02',
        'sel_enable 0x20 1000 0x0a',
        ...sensors.flatMap(commandsOf),
        'mc_enable 0x20',
        '',
      ].join('\n'),
    );
  }
}

function commandsOf(sensor: SimulatedSensor, index: number): string[] {
  const { number, type, raw } = sensor;
  const none = '000000000000000';
  return [
    `sensor_add 0x20 0 ${number} ${type} 0x01`,
    ...(raw === null
      ? []
      : [
          `sensor_set_value 0x20 0 ${number} ${raw} 0`,
          `sensor_set_event_support 0x20 0 ${number} enable scanning per-state ${none} ${none} ${none} ${none}`,
        ]),
    `main_sdr_add 0x20 ${fullRecord(sensor, index + 1).join(' ')}`,
  ];
}

/** A Full Sensor Record of IPMI 2.0 (43.1), linear and without limits. */
function fullRecord({ number, type, name, unit, entity, factor = 1, exponent = 0 }: SimulatedSensor, id: number): number[] {
  const text = [...Buffer.from(name, 'latin1')];
  const start = [0x20, 0, number, ...entity, 0x7f, 0x68, type, 0x01];
  const masks = [0, 0, 0, 0, 0, 0];
  const conversion = [0, unit, 0, 0, factor, 0, 0, 0, 0, (exponent & 0x0f) << 4];
  const range = [0, 0, 0xff, 0, 0xff, 0];
  const body = [...start, ...masks, ...conversion, ...range, ...Array.from({ length: 11 }, () => 0), 0xc0 | text.length, ...text];
  return [id, 0, 0x51, 0x01, body.length, ...body];
}
