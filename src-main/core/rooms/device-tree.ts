import { randomBytes } from 'node:crypto';
import type { Log } from '@shared/base/log';
import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import {
  deviceKind,
  editTreeNodes,
  inTreeOrder,
  LOCAL_NODE,
  nodeOf,
  TreeError,
  type DeviceTree,
  type TreeNode,
  type TreeNodeKind,
  type TreeDevice,
  type TreeOperation,
} from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';
import { message } from '@shared/text/message';
import type { DeviceTreeTable } from '../store/records/device-tree';

/** A node that reports, and where it stands when nobody has placed it yet. */
export interface DiscoveredNode {
  /** `local` or `node/<name>`. */
  readonly id: string;
  readonly name: string;
  /** Names from the hall down; places that do not exist are made. Empty = the first hall. */
  readonly hall: string | null;
  readonly row: string | null;
  readonly rack: { readonly name: string; readonly heightU: number } | null;
  readonly unit: number | null;
  readonly heightU: number | null;
}

export interface DeviceTreeOptions {
  readonly store: DeviceTreeTable;
  readonly log: Log;
}

const FIRST_HALL = 'Hall';
/** The tree without the devices: what is stored. */
type StoredTree = Pick<DeviceTree, 'revision' | 'places'>;

/** The room's tree: stored places, and the devices that the known series name. */
export class DeviceTreeService {
  private readonly changed: Emitter<DeviceTree>;
  private stored: StoredTree;
  private devices: TreeDevice[] = [];

  constructor(private readonly options: DeviceTreeOptions) {
    this.changed = new Emitter((error) => options.log('error', `a listener to the device tree failed: ${String(error)}`));
    const loaded = options.store.load();
    this.stored = { revision: loaded?.revision ?? 0, places: inTreeOrder(loaded?.places ?? []) };
  }

  get current(): DeviceTree {
    return { ...this.stored, devices: this.devices };
  }

  onChange(listener: (tree: DeviceTree) => void): Disposable {
    return this.changed.on(listener);
  }

  /**
   * Does all operations, stores the tree and tells it.
   * @param revision of the tree the operations were meant for
   * @throws {AppError} `conflict` (it was edited meanwhile), `not-found`, `invalid-input`, or the store's; nothing is changed then
   */
  edit(revision: number, operations: readonly TreeOperation[]): DeviceTree {
    if (revision !== this.stored.revision)
      throw new AppError('conflict', message('message.tree.changed', { now: this.stored.revision, edited: revision }));
    this.replace(this.edited(operations));
    return this.current;
  }

  /** Puts nodes that are not in the tree into it; those that are stay where people put them. */
  discover(nodes: readonly DiscoveredNode[]): void {
    let places = [...this.stored.places];
    const ensure = (kind: TreeNodeKind, name: string, parent: string | null, heightU: number | null = null): string => {
      const found = places.find((place) => place.kind === kind && place.name === name && place.parent === parent);
      if (found) return found.id;
      const id = newId(kind);
      places.push(place({ id, parent, kind, name, heightU }, places));
      return id;
    };
    for (const node of nodes) {
      if (places.some(({ id }) => id === node.id)) continue;
      const hall =
        node.hall === null
          ? (places.find(({ kind }) => kind === 'hall')?.id ?? ensure('hall', FIRST_HALL, null))
          : ensure('hall', node.hall, null);
      const row = node.row === null ? hall : ensure('row', node.row, hall);
      const parent = node.rack === null ? hall : ensure('rack', node.rack.name, row, node.rack.heightU);
      places.push({
        ...place({ id: node.id, parent, kind: 'node', name: node.name, heightU: node.heightU }, places),
        unit: node.rack === null ? null : node.unit,
      });
    }
    places = inTreeOrder(places);
    if (places.length > this.stored.places.length) this.replace(places);
  }

  /** The devices are those of these series; a device is named as its newest series names it. */
  setSeries(series: readonly Series[]): void {
    const found = new Map<string, TreeDevice>();
    for (const { device, label } of series) {
      if (device.startsWith('run/') || found.get(device)?.label === label) continue;
      found.set(device, { device, node: nodeOf(device), kind: deviceKind(device), label });
    }
    const devices = [...found.values()];
    const same =
      devices.length === this.devices.length &&
      devices.every(({ device, label }, i) => this.devices[i]?.device === device && this.devices[i]?.label === label);
    if (same) return;
    this.devices = devices;
    this.changed.emit(this.current);
  }

  private edited(operations: readonly TreeOperation[]): TreeNode[] {
    try {
      const hasSeries = (nodeId: string): boolean => this.devices.some(({ node }) => node === nodeId);
      return editTreeNodes(this.stored.places, operations, { newId, hasSeries });
    } catch (error) {
      if (!(error instanceof TreeError)) throw error;
      throw new AppError(error.reason === 'not-found' ? 'not-found' : 'invalid-input', error.localized, { cause: error });
    }
  }

  private replace(places: TreeNode[]): void {
    const next = { revision: this.stored.revision + 1, places };
    this.options.store.save(next);
    this.stored = next;
    this.changed.emit(this.current);
  }
}

/** This machine, for a room that has nothing else. */
export function localNode(hostname: string): DiscoveredNode {
  return { id: LOCAL_NODE, name: hostname.slice(0, 80) || LOCAL_NODE, hall: null, row: null, rack: null, unit: null, heightU: null };
}

const newId = (kind: TreeNodeKind): string => `${kind}-${randomBytes(6).toString('hex')}`;

function place(given: Pick<TreeNode, 'id' | 'parent' | 'kind' | 'name' | 'heightU'>, among: readonly TreeNode[]): TreeNode {
  return { ...given, position: among.filter(({ parent }) => parent === given.parent).length, unit: null };
}
