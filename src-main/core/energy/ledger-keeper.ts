import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { cpuShares, gpuShares, type CpuUse, type GpuHolder } from '@shared/energy/attribution';
import type { Booked, Share } from '@shared/energy/booking';
import { Ledger, type LedgerPart } from '@shared/energy/ledger';
import { QUARTER_MS } from '@shared/energy/quarters';
import { deviceKind, deviceOn, LOCAL_NODE, nodeOf } from '@shared/model/device-tree';
import type { EventInput } from '@shared/model/event';
import { metricDef } from '@shared/model/metrics';
import type { GpuProcess } from '@shared/model/processes';
import { worstProvenance, type Quantity } from '@shared/model/provenance';
import type { Reading } from '@shared/model/series';
import type { LedgerTable } from '../store/records/ledger/ledger';
import { METERED_IT } from '../power/metered-it';
import type { ColumnReport } from '../telemetry/columns';
import { DeviceValues } from './device-values';
import { EnergyCounters } from './energy-counters';
import { RunAccounts, type RunAccount } from './run-accounts';
import { blended, RunHolders, type LiveRun } from './run-holders';
import type { RunProcesses } from './run-processes';

/** How often what was booked is stored, ms: a crash loses no more, and the time it takes is unknown time. */
const STORE_EVERY_MS = 15_000;

export interface LedgerKeeperOptions {
  readonly table: LedgerTable;
  readonly runs: () => readonly LiveRun[];
  readonly gpuProcesses: () => readonly GpuProcess[];
  readonly processes: RunProcesses;
  readonly onEvent: (event: EventInput) => void;
  readonly log: (level: 'info' | 'warn', text: string) => void;
}

/** The room at one tick, as RoomPoint tells it. */
export interface LedgerPoint {
  readonly atMs: number;
  readonly passedMs: number;
  /** Every part that counts, of all nodes. */
  readonly devices: readonly { readonly device: string; readonly powerW: Quantity }[];
  /** Nodes whose parts lie within a meter of the whole: what that does not explain is one of their parts, by power. */
  readonly meteredNodes: readonly string[];
  readonly facilityPowerW: Quantity;
}

/** Keeps the ledger: from the room's ticks to the accounts, and from time to time into the store. */
export class LedgerKeeper {
  private readonly ledger: Ledger;
  private readonly loads = { gpu: new DeviceValues('gpu.load'), cpu: new DeviceValues('cpu.load') };
  private readonly energy = new DeviceValues('gpu.energy');
  /** What is known of the energy counters, for the doctor. */
  readonly counters = new EnergyCounters();
  private readonly accounts: RunAccounts;
  private readonly holders = new RunHolders();
  private readonly facts = new FactsOfDevices();
  private unsaved: Booked | null = null;
  private storeAtMs = -Infinity;
  private isFailing = false;
  /** It could not be packed. */
  private isLarge = false;
  private shares: (place: string) => readonly Share[] = () => [];

  private readonly stored = new Emitter<void>((error) => this.options.log('warn', `a listener of the ledger failed: ${String(error)}`));

  constructor(private readonly options: LedgerKeeperOptions) {
    this.ledger = new Ledger(options.table.bookedUntil());
    this.accounts = new RunAccounts(options.table);
  }

  /** What the sources say at a tick: to be told before its {@link tick}. */
  note(readings: readonly Reading[], columns: readonly ColumnReport[]): void {
    for (const values of [this.loads.gpu, this.loads.cpu, this.energy]) values.take(readings, columns);
  }

  /**
   * From now on the run has an {@link account}. A run that another core began, and that goes on here, has what was booked to it
   * then in the same.
   * @param startedAtMs wall clock
   * @param passedMs the same on the clock of the ticks' `passedMs`
   */
  beginAccount(run: LiveRun, startedAtMs: number, passedMs: number): void {
    this.accounts.begin(run.runId, startedAtMs);
    this.holders.begin(run, passedMs);
  }

  /** The run has ended; its account goes on up to the tick after. */
  runEnded(runId: string, passedMs: number): void {
    this.holders.end(runId, passedMs);
  }

  /** What is booked to a run up to the last tick, stored or not; null = it has no account here. */
  account(runId: string): RunAccount | null {
    return this.accounts.of(runId, this.ledger);
  }

  endAccount(runId: string): void {
    this.accounts.end(runId);
    this.holders.forget(runId);
  }

  tick(point: LedgerPoint): void {
    const { atMs, passedMs, facilityPowerW } = point;
    const parts = this.partsOf(point);
    const spells = this.holders.since(this.options.runs(), passedMs);
    const runs = [...new Map(spells.flatMap((spell) => spell.runs).map((run) => [run.runId, run])).values()];
    const use = this.options.processes.use(new Map(runs.map(({ runId, pid }) => [runId, pid])), passedMs);
    const sharesOf = blended(spells.map((spell) => ({ weight: spell.weight, of: this.sharesAt(point, spell.runs, use) })));
    this.shares = sharesOf;
    this.ledger.tick({
      atMs,
      passedMs,
      parts,
      facilityW: facilityPowerW.value,
      facilityProvenance: facilityPowerW.provenance,
      sharesOf,
    });
    for (const event of this.counters.note(atMs, parts, this.ledger.takeFindings())) this.options.onEvent(event);
    if (runs.length > 0) this.notePeaks(point, sharesOf);
    if (this.storeAtMs === -Infinity) {
      this.storeAtMs = passedMs + STORE_EVERY_MS;
      this.accounts.meteringBegins(atMs);
    }
    if (passedMs < this.storeAtMs && atMs % QUARTER_MS >= 1_000) return;
    this.store(passedMs);
    this.compact(atMs);
  }

  /** Who holds what in the time up to the last tick, by place; no share of a place before the first. */
  readonly sharesOf = (place: string): readonly Share[] => this.shares(place);

  /** What a meter of the facility counted differs by this from what was booked of it by power. */
  correctFacility(quarter: number, joules: number): void {
    this.ledger.correctFacility(quarter, joules);
  }

  /** Whenever what was booked came into the store. */
  onStored(listener: () => void): Disposable {
    return this.stored.on(listener);
  }

  /** Stores what is left, at the end. */
  async close(): Promise<void> {
    this.store(Infinity);
    await this.options.processes.close();
  }

  private partsOf({ devices, meteredNodes }: LedgerPoint): LedgerPart[] {
    const parts = new Map<string, LedgerPart>();
    for (const { device, powerW } of devices) {
      const other = parts.get(device);
      const own: LedgerPart = {
        place: device,
        powerW: powerW.value,
        provenance: powerW.provenance,
        counter: this.counterOf(device, meteredNodes),
      };
      parts.set(device, other === undefined ? own : added(other, own));
    }
    return [...parts.values()];
  }

  /** A counter and a power differ a little: where a meter of the whole is parted by power, its parts add up to it by power alone. */
  private counterOf(device: string, meteredNodes: readonly string[]): LedgerPart['counter'] {
    const { node, isGpu } = this.facts.of(device);
    const counted = isGpu && !meteredNodes.includes(node) ? this.energy.of(device) : null;
    if (counted === null) return null;
    // Drivers count in mJ or µJ; what another node tells may be a meter's.
    const stepJ = node === LOCAL_NODE ? 1 : null;
    return { valueJ: counted.value, isNew: counted.isNew, wrapJ: null, maxW: metricDef('gpu.power').range[1], stepJ };
  }

  private notePeaks({ devices }: LedgerPoint, sharesOf: (place: string) => readonly Share[]): void {
    const drawnW = new Map<string, number>();
    for (const { device, powerW } of devices) {
      if (powerW.value === null || nodeOf(device) !== LOCAL_NODE) continue;
      for (const { account, share } of sharesOf(device))
        if (account.startsWith('run:')) drawnW.set(account, (drawnW.get(account) ?? 0) + powerW.value * share);
    }
    for (const [account, powerW] of drawnW) this.accounts.notePower(account.slice('run:'.length), powerW);
  }

  /** Who holds what while these runs are there. */
  private sharesAt({ devices }: LedgerPoint, runs: readonly LiveRun[], used: readonly CpuUse[]): (place: string) => readonly Share[] {
    const there = new Set(runs.map(({ runId }) => runId));
    const halted = new Set(runs.filter(({ paused }) => paused === true).map(({ runId }) => runId));
    const use = used.filter(({ runId }) => there.has(runId));
    const holders = new Map<string, GpuHolder[]>();
    for (const { device, pid, kind, loadPercent } of this.options.gpuProcesses()) {
      const runId = this.options.processes.runOf(pid);
      // In the time in which its run is not there the process is not either.
      if (runId !== null && (!there.has(runId) || halted.has(runId))) continue;
      holders.set(device, [...(holders.get(device) ?? []), { runId, kind, loadPercent }]);
    }
    const localGpus =
      runs.length === 0 ? 0 : devices.filter(({ device }) => this.facts.of(device).isGpu && nodeOf(device) === LOCAL_NODE).length;
    // A run that computes on a GPU holds the one there is; of several it is not known which.
    const reservedBy = localGpus === 1 ? runs.filter(({ usesGpu, paused }) => usesGpu && paused !== true).map(({ runId }) => runId) : [];
    const ofCpu = new Map<string, readonly Share[]>();
    return (place) => {
      const { node, isGpu, isAboveNodes } = this.facts.of(place);
      if (isAboveNodes) return OTHERS;
      const isLocal = node === LOCAL_NODE;
      if (isGpu) return gpuShares(holders.get(place) ?? [], isLocal ? reservedBy : [], this.loads.gpu.of(place)?.value ?? null);
      const known = ofCpu.get(node);
      if (known) return known;
      const load = this.loads.cpu.of(deviceOn(node, 'host'))?.value ?? null;
      const shares = cpuShares(isLocal ? use : [], load === null ? null : load / 100);
      ofCpu.set(node, shares);
      return shares;
    };
  }

  /** What was stored before is packed, bit by bit. What the store refuses stays as it is, and is tried again. */
  private compact(atMs: number): void {
    try {
      if (!this.isFailing) this.options.table.compact(atMs);
    } catch (error) {
      if (!this.isLarge) this.options.log('warn', `the ledger of energy cannot be packed for now: ${String(error)}`);
      this.isLarge = true;
      return;
    }
    this.isLarge = false;
  }

  private store(passedMs: number): void {
    this.storeAtMs = passedMs + STORE_EVERY_MS;
    try {
      // What the store refused before comes first; meanwhile the ledger itself adds up.
      if (this.unsaved !== null) this.options.table.add(this.unsaved);
      this.unsaved = this.ledger.take();
      this.accounts.book(this.unsaved);
      this.options.table.add(this.unsaved);
      this.unsaved = null;
      if (this.isFailing) this.options.log('info', 'the ledger of energy is stored again');
      this.isFailing = false;
      this.stored.emit();
    } catch (error) {
      if (!this.isFailing) this.options.log('warn', `the ledger of energy cannot be stored, it goes on in memory: ${String(error)}`);
      this.isFailing = true;
    }
  }
}

const OTHERS: readonly Share[] = [{ account: 'other', share: 1, allocated: false }];

interface DeviceFacts {
  /** Of devices of no node: this machine. */
  readonly node: string;
  readonly isGpu: boolean;
  /** Metered above the nodes, and of none of them. */
  readonly isAboveNodes: boolean;
}

/** What a device's id tells, found out once: a hall asks for seven hundred of them at each tick. */
class FactsOfDevices {
  private readonly known = new Map<string, DeviceFacts>();

  of(device: string): DeviceFacts {
    const known = this.known.get(device);
    if (known) return known;
    // Devices come and go; those of today are soon known again.
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    const facts = {
      node: nodeOf(device) ?? LOCAL_NODE,
      isGpu: deviceKind(device) === 'gpu',
      isAboveNodes: device === METERED_IT || device.startsWith(`${METERED_IT}/`),
    };
    this.known.set(device, facts);
    return facts;
  }
}

const MOST_KNOWN = 20_000;

/** Two powers of one device: its processor and its memory, say. */
function added(a: LedgerPart, b: LedgerPart): LedgerPart {
  const powerW = a.powerW === null || b.powerW === null ? null : a.powerW + b.powerW;
  return { place: a.place, powerW, provenance: worstProvenance([a.provenance, b.provenance]), counter: null };
}
