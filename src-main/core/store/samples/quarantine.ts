import type { Log } from '@shared/base/log';
import type { Column } from './columns';
import { clusterOf, holdsSamples } from './levels';
import type { WriteHandle } from '../file/open';
import { encodePayload, STAT, type Grid, type PayloadColumn } from './block-payload';

/** A row of `block`. */
export interface Stored {
  readonly id: number;
  readonly slot: number;
  readonly part: number;
  readonly sealed: number;
  readonly data: Uint8Array;
}

/** A block, and the columns that are in it. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly columns: readonly PayloadColumn[];
}

/**
 * The writer's side of the table `quarantine`: what is damaged, or cannot be packed, is kept there word for word, so that a
 * fault of one series is no fault of another's. Each method is to be called inside a transaction.
 */
export class Quarantine {
  private readonly insert;
  private apart = 0;

  constructor(
    db: WriteHandle,
    private readonly log: Log,
  ) {
    this.insert = db.change(
      'INSERT INTO quarantine (found_at_ms, level, cluster, slot_ms, series_id, reason, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
  }

  /** How many samples of series that could not be packed were set apart so far. */
  get samplesApart(): number {
    return this.apart;
  }

  /** Keeps a damaged block, or what is damaged of it (`seriesId`; null = all), out of the way of the rest. */
  add(level: number, cluster: number, slotMs: number, seriesId: number | null, reason: string, data: Uint8Array): void {
    this.insert.run(Date.now(), level, cluster, slotMs, seriesId, reason, data);
    this.log('error', `a block of ${new Date(slotMs).toISOString()} is damaged (${reason}): set apart, the rest reads on`);
  }

  /** What `read` gives, or null when it fails: then the block is in quarantine, and what is written anew goes without this series. */
  sound<T>(stored: Stored, level: number, cluster: number, seriesId: number, read: () => T | null): T | null {
    try {
      return read();
    } catch (error) {
      this.add(level, cluster, stored.slot, seriesId, error instanceof Error ? error.message : String(error), stored.data);
      return null;
    }
  }

  /** The block of these columns without those that cannot be packed, which are set apart; null when that is all of them. */
  pack(columns: readonly PayloadColumn[], level: number, grid: Grid): Packed | null {
    try {
      return { bytes: encodePayload(columns, grid), columns };
    } catch (error) {
      const sound: PayloadColumn[] = [];
      for (const seriesId of new Set(columns.map((column) => column.seriesId))) {
        const own = columns.filter((column) => column.seriesId === seriesId);
        try {
          encodePayload(own, grid);
          sound.push(...own);
        } catch (why) {
          this.setApart(level, grid.slotMs, own, seriesId, why);
        }
      }
      // Each can be packed by itself: then it is the fault of none of them.
      if (sound.length === columns.length) throw error;
      return sound.length === 0 ? null : { bytes: encodePayload(sound, grid), columns: sound };
    }
  }

  /** What `work` on these samples of one series gives; null when it fails: then they are set apart, and the others go on. */
  spare<T>(level: number, slotMs: number, seriesId: number, column: Column, work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      this.setApart(level, slotMs, [{ stat: STAT.value, ...column }], seriesId, error);
      return null;
    }
  }

  /**
   * Keeps what a series that cannot be packed has here, as JSON, where damaged blocks are kept: nothing of it is lost, and no
   * other series waits for it.
   */
  private setApart(level: number, slotMs: number, own: readonly Omit<PayloadColumn, 'seriesId'>[], seriesId: number, error: unknown): void {
    if (holdsSamples(level)) for (const { times } of own) this.apart += times.length;
    const columns = own.map(({ stat, times, values }) => ({ stat, times: [...times], values: [...values] }));
    const reason = `cannot be packed: ${error instanceof Error ? error.message : String(error)}`;
    this.insert.run(Date.now(), level, clusterOf(seriesId), slotMs, seriesId, reason, Buffer.from(JSON.stringify(columns)));
    const at = new Date(slotMs).toISOString();
    this.log('error', `series ${seriesId}, ${at}: ${reason}; its samples of that time are set apart, the others are packed`);
  }
}
