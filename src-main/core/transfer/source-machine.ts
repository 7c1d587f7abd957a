import { hostname } from 'node:os';
import type { StoredDevice } from '@shared/model/device-record';
import { deviceKind, deviceOn, LOCAL_NODE, nodeOf } from '@shared/model/device-tree';
import { message, type Message } from '@shared/text/message';
import { pciAddress, realSerial } from '../devices/identity';

/** What a row tells of its GPU beside its number. */
export interface GpuSigns {
  readonly uuid: string | null;
  readonly serial: string | null;
  readonly bus: string | null;
}
export const NO_SIGNS: GpuSigns = { uuid: null, serial: null, bus: null };

/** Whose values a row of a file holds, in the file's own words. */
export interface RowSource extends GpuSigns {
  /** The name of its machine. */
  readonly host: string | null;
  /** The GPU by whatever names it first: its number, its UUID, its address. */
  readonly gpu: string | null;
}

/** The node of a row's values (null = no one knows which machine it is), and the id that its GPU has there. */
export interface RowMachine {
  readonly node: string | null;
  readonly gpu: string | null;
}

export interface SourceMachineOptions {
  /** Of what the file names no machine of, as a person said: this one (`local`), or another by its name; null or empty = not said. */
  readonly machine: string | null;
  /** The device of values of which the file tells none. */
  readonly file: string;
  /** The hardware of this machine. */
  readonly devices: readonly StoredDevice[];
}

const MAX_DEVICE = 120;
const MAX_NODE = 60;
const MAX_FILE = 70;
const UUID = /^(?:GPU|MIG)-[\da-f-]{4,}$/i;
/** Names that every machine has for itself. */
const ANY_MACHINE = ['', 'localhost', '127.0.0.1', '::1', '[::1]'];

/**
 * Which machine a file's values are of. "gpu0" is some GPU of whichever machine wrote the file: it is this machine's gpu0 only
 * where the file (a UUID or a serial number that is known here, this host's name) or a person says so. What nothing tells of
 * keeps devices of its own, below the file's name.
 */
export class SourceMachine {
  private readonly file: string;
  private readonly chosen: string | null;
  private isApart = false;

  constructor(private readonly options: SourceMachineOptions) {
    this.file = options.file.slice(0, MAX_FILE);
    this.chosen = options.machine === null ? null : nodeNamed(options.machine);
  }

  /** The device under which values of no known machine are kept; null = there were none. */
  get apart(): string | null {
    return this.isApart ? this.file : null;
  }

  /** For a person, when something was kept apart. */
  remark(hint: Message): Message[] {
    return this.apart === null ? [] : [message('message.import.as.apart', { device: this.apart, option: hint })];
  }

  of({ host, gpu, ...signs }: RowSource): RowMachine {
    const known = this.byUuid(signs.uuid) ?? this.bySerial(signs.serial);
    if (known !== null) return { node: LOCAL_NODE, gpu: known };
    const node = (host === null ? null : nodeNamed(host)) ?? this.chosen;
    if (node !== LOCAL_NODE) return { node, gpu: gpu === null ? null : gpuDevice(gpu) };
    // A card with a UUID that was never seen here is none of those that have a number here.
    const device = signs.uuid === null ? (this.byBus(signs.bus) ?? gpu) : signs.uuid;
    return { node, gpu: device === null ? null : gpuDevice(device) };
  }

  /** A device's id here. @param own within its machine: `gpu0`, `host`, or a name of the file's own */
  place({ node }: RowMachine, own: string): string {
    if (node !== null) return (node === LOCAL_NODE ? own : deviceOn(node, own)).slice(0, MAX_DEVICE);
    // A rack's or a meter's name says itself what it is.
    if (deviceKind(own) === 'other') return own.slice(0, MAX_DEVICE);
    this.isApart = true;
    return (own === 'host' ? this.file : `${this.file}/${own}`).slice(0, MAX_DEVICE);
  }

  /** A device of an export of Coldaisle's: this machine's, unless a person says which other one. */
  exported(device: string): string {
    const hangsOnNode = nodeOf(device) === LOCAL_NODE || deviceKind(device) === 'facility';
    return this.chosen === null || !hangsOnNode ? device : this.place({ node: this.chosen, gpu: null }, device);
  }

  private byUuid(uuid: string | null): string | null {
    return uuid === null ? null : (this.options.devices.find((one) => one.uuid?.toLowerCase() === uuid.toLowerCase())?.device ?? null);
  }

  /** Two GPUs of one board share a serial number. */
  private bySerial(serial: string | null): string | null {
    const [one, other] = serial === null ? [] : this.options.devices.filter((device) => device.serial === serial);
    return one !== undefined && other === undefined ? one.device : null;
  }

  private byBus(bus: string | null): string | null {
    return bus === null ? null : (this.options.devices.find((one) => one.bus === bus)?.device ?? null);
  }
}

/** What a cell or label that names a GPU tells of it. @param isSerial its name says that it is a serial number */
export function signsIn(text: string, isSerial = false): GpuSigns {
  const plain = text.trim();
  if (isSerial) return { ...NO_SIGNS, serial: realSerial(plain) };
  return { ...NO_SIGNS, uuid: UUID.test(plain) ? plain : null, bus: pciAddress(plain) };
}

export function joinSigns(a: GpuSigns, b: GpuSigns): GpuSigns {
  return { uuid: a.uuid ?? b.uuid, serial: a.serial ?? b.serial, bus: a.bus ?? b.bus };
}

/** The node of a machine's name, without the port of its exporter; null for what every machine calls itself. */
function nodeNamed(machine: string): string | null {
  const name = withoutPort(machine);
  if (name === LOCAL_NODE || name.toLowerCase() === hostname().toLowerCase()) return LOCAL_NODE;
  return ANY_MACHINE.includes(name.toLowerCase()) ? null : `node/${name.slice(0, MAX_NODE)}`;
}

function withoutPort(name: string): string {
  return name.trim().replace(/:\d+$/, '').replaceAll('/', '-');
}

/** A GPU by its number, its UUID or its address. */
function gpuDevice(text: string): string {
  const plain = text.trim();
  return /^\d{1,4}$/.test(plain) ? `gpu${Number(plain)}` : /^gpu\d+$/i.test(plain) ? plain.toLowerCase() : `gpu/${plain}`;
}
