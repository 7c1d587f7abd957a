#!/usr/bin/env node
/**
 * Stands in for nvidia-smi: prints the report of `nvidia-smi -q -x`, in the real program's structure.
 * Usage: nvidia-smi.mjs [--mode MODE] [--mode-file FILE] [--pid-file FILE] -q -x
 * MODE (or FAKE_NVIDIA_SMI_MODE, or the text in --mode-file, read anew each run):
 *   zero one eight     so many H100 (driver 535: gpu_power_readings, one power_draw)
 *   new                one GPU of driver 590 (average and instant power, deprecated fields)
 *   old                one T4 of driver 515 (power_readings, throttle reasons)
 *   na                 one GPU that tells nothing but its memory
 *   sentinels          one GPU whose driver answers "not supported" with huge numbers
 *   lost               eight GPUs of which the third fell off the bus
 *   slow               one GPU, 1.5 s late
 *   hang               never answers and ignores SIGTERM
 *   crash              dies of a signal halfway through its report
 *   garbage            prints no XML
 *   other-xml          prints XML that is no report
 *   flood              prints without end
 *   no-driver          cannot talk to the driver, exit code 9
 *   no-devices         finds no GPU, exit code 6
 *   warning            one GPU and a warning on standard error
 *   cards I J … [lost K …] [mute K …]   these H100 in this order, K fell off its bus: the program ends before it tells anything of the others,
 *                      unless one GPU is asked for (-i INDEX, UUID or PCI address); or K is listed and says "[GPU is lost]" of everything
 *   loop cards I J … …   the same, and in a loop too
 * and with --query-gpu=… --format=csv,noheader,nounits -lms N, in these modes only (in any other it knows no such words):
 *   loop               eight GPUs, one line each, again every N ms
 *   loop-ends          the same once, then it ends with an error
 *   loop-stalls        the same once, then nothing more, without ending
 * --pid-file: every run appends its process id there.
 */
import { appendFileSync, readFileSync, writeSync } from 'node:fs';
import { NA, DEPRECATED, HUGE, power535, power590, power515, gpu, report, uuidOf, busOf } from './nvidia-smi-report.mjs';

const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const modeFile = option('--mode-file');
const mode = (modeFile ? readFileSync(modeFile, 'utf8').trim() : option('--mode')) ?? process.env.FAKE_NVIDIA_SMI_MODE ?? 'one';
const pidFile = option('--pid-file');
if (pidFile) appendFileSync(pidFile, `${process.pid}\n`);

const query = process.argv.find((argument) => argument.startsWith('--query-gpu='));
const looping = query !== undefined && mode.startsWith('loop');
/** "cards 0 2 lost 1" → { cards: [0, 2], lost: [1], mute: [] } */
const machineOf = (text) => {
  const found = { cards: [], lost: [], mute: [] };
  let list = [];
  for (const word of text.split(/\s+/)) {
    if (word in found) list = found[word];
    else if (/^\d+$/.test(word)) list.push(Number(word));
  }
  return found;
};
let machine = machineOf(mode);
const LOST = '[GPU is lost]';
/** The cards asked for; ends the program as the real one does when one of them is lost. */
const askedCards = () => {
  const wanted = option('-i');
  const { cards, lost } = machine;
  const isWanted = (card, index) =>
    wanted === undefined ||
    wanted === String(index) ||
    wanted === uuidOf(card) ||
    new RegExp(`^(0000)?0000:${busOf(card)}:00\\.0$`, 'i').test(wanted);
  const found = cards.filter(isWanted);
  if (found.length === 0) {
    process.stdout.write('No devices were found\n');
    process.exit(6);
  }
  const gone = found.find((card) => lost.includes(card));
  if (gone !== undefined) {
    process.stdout.write(`Unable to determine the device handle for GPU0000:${busOf(gone)}:00.0: Unknown Error\n`);
    process.exit(255);
  }
  return found;
};
if (!looping && (!process.argv.includes('-q') || !process.argv.includes('-x'))) {
  process.stderr.write("Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n");
  process.exit(2);
}

/** GPU number `index` draws 300 + 10 × index W, so that a test can tell them apart. */
const h100 = (index) =>
  gpu(index, {
    name: 'NVIDIA H100 80GB HBM3',
    architecture: 'Hopper',
    fan: NA,
    memoryTotal: '81559 MiB',
    memoryUsed: `${1024 + index} MiB`,
    load: `${90 + index} %`,
    memoryLoad: '40 %',
    temperature: `${50 + index} C`,
    power: power535(`${300 + 10 * index}.25 W`, '700.00 W'),
    clock: '1755 MHz',
    memoryClock: '2619 MHz',
  });
const one = () => report({ driver: '535.129.03', gpus: [h100(0)] });
const count = (n) => Array.from({ length: n }, (_, index) => index);

/** One round of the loop mode: a line for each of eight GPUs, with the cells asked for. */
const round = () => {
  if (modeFile) machine = machineOf(readFileSync(modeFile, 'utf8'));
  const names = (query ?? '').slice('--query-gpu='.length).split(',');
  const line = (index, place) => {
    if (machine.mute.includes(index))
      return names.map((name) => (name === 'index' ? place : name === 'driver_version' ? '535.129.03' : LOST)).join(', ');
    const cells = {
      index: place,
      uuid: uuidOf(index),
      'pci.bus_id': `00000000:${busOf(index)}:00.0`,
      serial: `16525${String(index).padStart(8, '0')}`,
      'pci.device_id': '0x233010DE',
      name: 'NVIDIA H100 80GB HBM3',
      driver_version: '535.129.03',
      'power.draw': `${300 + 10 * index}.25`,
      'power.limit': '700.00',
      'temperature.gpu': 50 + index,
      'temperature.memory': 60 + index,
      'utilization.gpu': 90 - index,
      'utilization.memory': 40,
      'memory.used': 1024 + index,
      'memory.total': 81559,
      'fan.speed': '[N/A]',
      'clocks.sm': 1755,
      'clocks.mem': 2619,
      'pcie.link.gen.current': 5,
      'pcie.link.width.current': 16,
    };
    return names.map((name) => cells[name]).join(', ');
  };
  print(`${(machine.cards.length > 0 ? askedCards() : count(8)).map(line).join('\n')}\n`);
};

/** Past any pipe's buffer, whole, before the exit. */
const print = (text) => {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
};

const mute = (card) =>
  gpu(card, {
    uuid: LOST,
    name: LOST,
    architecture: LOST,
    fan: LOST,
    memoryTotal: LOST,
    memoryUsed: LOST,
    load: LOST,
    memoryLoad: LOST,
    temperature: LOST,
    power: power535(LOST, LOST),
    clock: LOST,
    memoryClock: LOST,
  });

switch (mode.split(' ')[0]) {
  case 'cards':
    print(report({ driver: '535.129.03', gpus: askedCards().map((card) => (machine.mute.includes(card) ? mute(card) : h100(card))) }));
    break;
  case 'zero':
    print(report({ driver: '535.129.03', gpus: [] }));
    break;
  case 'one':
    print(one());
    break;
  case 'eight':
    print(report({ driver: '535.129.03', gpus: count(8).map(h100) }));
    break;
  case 'lost':
    print(
      report({
        driver: '535.129.03',
        gpus: count(8)
          .filter((index) => index !== 2)
          .map(h100),
      }),
    );
    break;
  case 'new':
    print(
      report({
        driver: '590.44.01',
        schema: 13,
        gpus: [
          gpu(0, {
            name: 'NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition',
            architecture: 'Blackwell',
            fan: '30 %',
            memoryTotal: '97887 MiB',
            memoryUsed: '65720 MiB',
            load: '0 %',
            memoryLoad: '0 %',
            temperature: '24 C',
            power: power590('3.97 W', '3.99 W', '300.00 W'),
            clock: '180 MHz',
            memoryClock: '405 MHz',
          }),
        ],
      }),
    );
    break;
  case 'old':
    print(
      report({
        driver: '515.105.01',
        schema: 11,
        gpus: [
          gpu(0, {
            oldNames: true,
            name: 'Tesla T4',
            architecture: 'Turing',
            fan: NA,
            memoryTotal: '15360 MiB',
            memoryUsed: '1032 MiB',
            load: '0 %',
            memoryLoad: '0 %',
            temperature: '40 C',
            power: power515('26.78 W', '70.00 W'),
            clock: '585 MHz',
            memoryClock: '5000 MHz',
          }),
        ],
      }),
    );
    break;
  case 'na':
    print(
      report({
        driver: '535.129.03',
        gpus: [
          gpu(0, {
            name: 'NVIDIA GeForce GT 1030',
            architecture: 'Pascal',
            fan: '[N/A]',
            memoryTotal: '2048 MiB',
            memoryUsed: '100 MiB',
            load: NA,
            memoryLoad: NA,
            temperature: 'Unknown Error',
            power: power535(NA, '[N/A]'),
            clock: 'ERR!',
            memoryClock: DEPRECATED,
          }),
        ],
      }),
    );
    break;
  case 'sentinels':
    print(
      report({
        driver: '535.129.03',
        gpus: [
          gpu(0, {
            name: 'NVIDIA H100 80GB HBM3',
            architecture: 'Hopper',
            fan: '4294967295 %',
            memoryTotal: '81559 MiB',
            memoryUsed: `${HUGE} MiB`,
            load: '4294967295 %',
            memoryLoad: '12 %',
            temperature: '4294967295 C',
            power: power535('4294967.29 W', `${HUGE}.00 W`),
            clock: '4294967295 MHz',
            memoryClock: '2619 MHz',
          }),
        ],
      }),
    );
    break;
  case 'slow':
    setTimeout(() => print(one()), 1_500);
    break;
  case 'hang':
    process.on('SIGTERM', () => undefined);
    setInterval(() => undefined, 1_000);
    break;
  case 'crash':
    print(one().slice(0, 2_000));
    process.kill(process.pid, 'SIGKILL');
    break;
  case 'garbage':
    print('Segmentation fault (core dumped) \u0000\u0001<<<>>>');
    break;
  case 'other-xml':
    print('<?xml version="1.0"?><html><body>Sign in to the network</body></html>');
    break;
  case 'flood':
    for (;;) print('x'.repeat(65_536));
  case 'no-driver':
    print(
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n",
    );
    process.exitCode = 9;
    break;
  case 'no-devices':
    print('No devices were found\n');
    process.exitCode = 6;
    break;
  case 'warning':
    process.stderr.write('WARNING: infoROM is corrupted at gpu 0000:1B:00.0\n');
    print(one());
    break;
  case 'loop':
    if (!looping) {
      print(report({ driver: '535.129.03', gpus: askedCards().map((card) => (machine.mute.includes(card) ? mute(card) : h100(card))) }));
      break;
    }
    round();
    setInterval(round, Number(option('-lms')));
    break;
  case 'loop-ends':
    round();
    setTimeout(() => process.exit(1), 200);
    break;
  case 'loop-stalls':
    round();
    setInterval(() => undefined, 1_000);
    break;
  default:
    process.stderr.write(`unknown mode ${mode}\n`);
    process.exitCode = 64;
}
