import { z } from 'zod';
import { message, type KeyedMessage, type Message, MessageError } from '../text/message';

/**
 * The room as a tree: hall → row → rack → node → device. Hall, row, rack and node are stored and edited; what hangs below a
 * node (GPU, CPU, disk, sensor …) follows from the device ids of its series, by rule.
 */
export const treeNodeKinds = ['hall', 'row', 'rack', 'node'] as const;
export const TreeNodeKind = z.enum(treeNodeKinds);
export type TreeNodeKind = z.infer<typeof TreeNodeKind>;

export const deviceKinds = ['host', 'cpu', 'core', 'gpu', 'disk', 'net', 'fan', 'sensor', 'facility', 'other'] as const;
export const DeviceKind = z.enum(deviceKinds);
export type DeviceKind = z.infer<typeof DeviceKind>;

/** The node this program runs on. Its devices have plain ids (`gpu0`); those of any other node begin with the node's id. */
export const LOCAL_NODE = 'local';
/** This machine as a whole, and as a part of its power what none of its devices accounts for. */
export const HOST_DEVICE = 'host';
/** What is metered of the room itself (`room`, `room/ups`); it belongs to no node. */
export const ROOM_DEVICE = 'room';

/** Highest rack, in rack units (1 U = 44.45 mm). */
export const MAX_RACK_UNITS = 60;
const DEFAULT_RACK_UNITS = 42;

const TreeNodeId = z.string().min(1).max(80);
const Name = z.string().trim().min(1).max(80);
const Units = z.number().int().min(1).max(MAX_RACK_UNITS);

/** One hall, row, rack or node. */
export const TreeNode = z.object({
  /** A node's is `local` or `node/<name>`; that of the others is made once and never given again. */
  id: TreeNodeId,
  /** Null for a hall alone. */
  parent: TreeNodeId.nullable(),
  kind: TreeNodeKind,
  name: Name,
  /** Order among its siblings, from 0, without a gap. */
  position: z.number().int().nonnegative(),
  /** A node's lowest rack unit, from 1 at the bottom; null = not placed, and for what is no node in a rack. */
  unit: Units.nullable(),
  /** Height in rack units: of a rack inside, of a node; null for halls and rows. */
  heightU: Units.nullable(),
});
export type TreeNode = z.infer<typeof TreeNode>;

/** A device with at least one series. */
export const TreeDevice = z.object({
  device: z.string(),
  /** The node it hangs on; null = the room itself. */
  node: TreeNodeId.nullable(),
  kind: DeviceKind,
  label: z.string(),
});
export type TreeDevice = z.infer<typeof TreeDevice>;

export const DeviceTree = z.object({
  /** Counts the edits. An edit of another revision than the present one is refused, so that nobody overwrites what they have not seen. */
  revision: z.number().int().nonnegative(),
  /** Parents before their children, siblings by position. */
  places: z.array(TreeNode),
  devices: z.array(TreeDevice),
});
export type DeviceTree = z.infer<typeof DeviceTree>;

export const TreeOperation = z.discriminatedUnion('op', [
  /** At the end of its siblings. `heightU` is a rack's (default 42). */
  z.object({
    op: z.literal('add'),
    kind: z.enum(['hall', 'row', 'rack']),
    parent: TreeNodeId.nullable(),
    name: Name,
    heightU: Units.optional(),
  }),
  z.object({ op: z.literal('rename'), id: TreeNodeId, name: Name }),
  /** Under another parent and (or) to another place among its siblings; `position` past the end means the end. A node is taken out of its rack units. */
  z.object({ op: z.literal('move'), id: TreeNodeId, parent: TreeNodeId.nullable(), position: z.number().int().nonnegative().optional() }),
  /** A node's place in its rack; `unit` null takes it out of the rack units. */
  z.object({ op: z.literal('place'), id: TreeNodeId, unit: Units.nullable(), heightU: Units }),
  /** A rack's height. */
  z.object({ op: z.literal('resize'), id: TreeNodeId, heightU: Units }),
  /** Of what is empty; a node, when nothing was ever recorded of it. */
  z.object({ op: z.literal('remove'), id: TreeNodeId }),
]);
export type TreeOperation = z.infer<typeof TreeOperation>;

/** Why an operation cannot be done; `message` is for a person. */
export class TreeError extends MessageError {
  override readonly name = 'TreeError';
  constructor(
    readonly reason: 'not-found' | 'invalid',
    localized: Message,
  ) {
    super(localized);
  }
}

const kindName = (kind: TreeNodeKind): KeyedMessage => message(`message.place.${kind}`);
const anyOf = (kinds: readonly TreeNodeKind[]): Message => {
  const [one, ...others] = kinds.map(kindName);
  return others.reduce<Message>((all, other) => message('message.or', { one: all, other }), one ?? '');
};

const parentsOf: Record<TreeNodeKind, readonly TreeNodeKind[]> = { hall: [], row: ['hall'], rack: ['row', 'hall'], node: ['rack', 'hall'] };

export interface EditRules {
  /** A new id for a place of this kind; never one that was used before. */
  readonly newId: (kind: TreeNodeKind) => string;
  /** Whether a node has series; then it cannot be removed. */
  readonly hasSeries: (nodeId: string) => boolean;
}

/**
 * Applies the operations in order and returns the new places, in tree order; the given ones stay as they are.
 * @throws {TreeError} for the first operation that cannot be done; then none is
 */
export function editTreeNodes(places: readonly TreeNode[], operations: readonly TreeOperation[], rules: EditRules): TreeNode[] {
  let now = places.map((place) => ({ ...place }));
  for (const operation of operations) now = applyOne(now, operation, rules);
  return inTreeOrder(now);
}

function applyOne(places: TreeNode[], operation: TreeOperation, rules: EditRules): TreeNode[] {
  switch (operation.op) {
    case 'add': {
      checkParent(places, operation.kind, operation.parent);
      const heightU = operation.kind === 'rack' ? (operation.heightU ?? DEFAULT_RACK_UNITS) : null;
      if (heightU === null && operation.heightU !== undefined)
        throw new TreeError('invalid', message('message.tree.noHeight', { kind: kindName(operation.kind) }));
      const position = childrenOf(places, operation.parent).length;
      return [
        ...places,
        {
          id: rules.newId(operation.kind),
          parent: operation.parent,
          kind: operation.kind,
          name: operation.name,
          position,
          unit: null,
          heightU,
        },
      ];
    }
    case 'rename': {
      const place = find(places, operation.id);
      return replaced(places, { ...place, name: operation.name });
    }
    case 'move': {
      const place = find(places, operation.id);
      checkParent(places, place.kind, operation.parent);
      const siblings = childrenOf(places, operation.parent).filter(({ id }) => id !== place.id);
      const at = Math.min(operation.position ?? siblings.length, siblings.length);
      const moved = { ...place, parent: operation.parent, unit: operation.parent === place.parent ? place.unit : null };
      const order = [...siblings.slice(0, at), moved, ...siblings.slice(at)];
      const others = places.filter(({ id }) => !order.some((sibling) => sibling.id === id));
      return closeGaps([...others, ...order.map((sibling, position) => ({ ...sibling, position }))]);
    }
    case 'place': {
      const place = find(places, operation.id);
      if (place.kind !== 'node')
        throw new TreeError('invalid', message('message.tree.onlyNode', { name: place.name, kind: kindName(place.kind) }));
      const placed = { ...place, unit: operation.unit, heightU: operation.heightU };
      checkRoom(places, placed);
      return replaced(places, placed);
    }
    case 'resize': {
      const rack = find(places, operation.id);
      if (rack.kind !== 'rack')
        throw new TreeError('invalid', message('message.tree.onlyRack', { name: rack.name, kind: kindName(rack.kind) }));
      const resized = replaced(places, { ...rack, heightU: operation.heightU });
      for (const node of childrenOf(resized, rack.id)) checkRoom(resized, node);
      return resized;
    }
    case 'remove': {
      const place = find(places, operation.id);
      if (childrenOf(places, place.id).length > 0) throw new TreeError('invalid', message('message.tree.notEmpty', { name: place.name }));
      if (place.kind === 'node' && (place.id === LOCAL_NODE || rules.hasSeries(place.id)))
        throw new TreeError('invalid', message('message.tree.recorded', { name: place.name }));
      if (place.kind === 'hall' && childrenOf(places, null).length === 1) throw new TreeError('invalid', message('message.tree.lastHall'));
      return closeGaps(places.filter(({ id }) => id !== place.id));
    }
  }
}

function find(places: readonly TreeNode[], id: string): TreeNode {
  const place = places.find((candidate) => candidate.id === id);
  if (!place) throw new TreeError('not-found', message('message.tree.none', { id }));
  return place;
}

const replaced = (places: readonly TreeNode[], place: TreeNode): TreeNode[] =>
  places.map((other) => (other.id === place.id ? place : other));

function childrenOf(places: readonly TreeNode[], parent: string | null): TreeNode[] {
  return places.filter((place) => place.parent === parent).sort((a, b) => a.position - b.position);
}

/** The table of kinds leaves no way for a place to come below itself. */
function checkParent(places: readonly TreeNode[], kind: TreeNodeKind, parent: string | null): void {
  const allowed = parentsOf[kind];
  if (parent === null) {
    if (allowed.length > 0)
      throw new TreeError('invalid', message('message.tree.needs', { kind: kindName(kind), allowed: anyOf(allowed) }));
    return;
  }
  const above = find(places, parent);
  if (!allowed.includes(above.kind))
    throw new TreeError(
      'invalid',
      allowed.length === 0
        ? message('message.tree.standsAlone', { kind: kindName(kind) })
        : message('message.tree.wrongPlace', { kind: kindName(kind), allowed: anyOf(allowed), above: kindName(above.kind) }),
    );
}

/** Whether a node's rack units lie in its rack and are free. */
function checkRoom(places: readonly TreeNode[], node: TreeNode): void {
  if (node.unit === null) return;
  const rack = node.parent === null ? null : find(places, node.parent);
  if (rack?.kind !== 'rack') throw new TreeError('invalid', message('message.tree.inNoRack', { name: node.name }));
  const [low, high] = [node.unit, node.unit + (node.heightU ?? 1) - 1];
  if (high > (rack.heightU ?? DEFAULT_RACK_UNITS))
    throw new TreeError(
      'invalid',
      message('message.tree.tooHigh', { name: node.name, unit: high, rack: rack.name, units: rack.heightU ?? DEFAULT_RACK_UNITS }),
    );
  for (const other of childrenOf(places, rack.id)) {
    if (other.id === node.id || other.unit === null) continue;
    if (low <= other.unit + (other.heightU ?? 1) - 1 && other.unit <= high)
      throw new TreeError('invalid', message('message.tree.taken', { name: other.name, rack: rack.name }));
  }
}

/** Positions from 0 among each parent's children. */
function closeGaps(places: readonly TreeNode[]): TreeNode[] {
  const positions = new Map<string, number>();
  for (const parent of new Set(places.map((place) => place.parent)))
    childrenOf(places, parent).forEach(({ id }, position) => positions.set(id, position));
  return places.map((place) => ({ ...place, position: positions.get(place.id) ?? place.position }));
}

/** Parents before their children, siblings by position. What hangs on nothing is left out. */
export function inTreeOrder(places: readonly TreeNode[]): TreeNode[] {
  const byParent = new Map<string | null, TreeNode[]>();
  for (const place of places) byParent.set(place.parent, [...(byParent.get(place.parent) ?? []), place]);
  const ordered: TreeNode[] = [];
  const add = (parent: string | null): void => {
    for (const place of (byParent.get(parent) ?? []).sort((a, b) => a.position - b.position)) {
      ordered.push(place);
      add(place.id);
    }
  };
  add(null);
  return ordered;
}

/** The node a device hangs on: `node/<name>` for `node/<name>/gpu0`, `local` for `gpu0`; null for the room's own and for a run. */
export function nodeOf(device: string): string | null {
  if (device === ROOM_DEVICE || device.startsWith('room/') || device.startsWith('run/')) return null;
  if (!device.startsWith('node/')) return LOCAL_NODE;
  const end = device.indexOf('/', 'node/'.length);
  return end < 0 ? device : device.slice(0, end);
}

/** A device's id within its node: `gpu0` for `node/<name>/gpu0`, `host` for the node itself. */
export function ownId(device: string): string {
  if (!device.startsWith('node/')) return device;
  const end = device.indexOf('/', 'node/'.length);
  return end < 0 ? 'host' : device.slice(end + 1);
}

/** The device id of a node's own part (`gpu0`, or `host` for the node itself). */
export function deviceOn(node: string, own: string): string {
  if (node === LOCAL_NODE) return own;
  return own === 'host' ? node : `${node}/${own}`;
}

/** What a device is, told by its id. */
export function deviceKind(device: string): DeviceKind {
  if (device === ROOM_DEVICE || device.startsWith('room/')) return 'facility';
  const own = ownId(device);
  if (own === 'host') return 'host';
  if (/^cpu\d+\/core\d+$/.test(own)) return 'core';
  const first = /^([a-z]+)(?:\d+)?(?:\/|$)/.exec(own)?.[1];
  return deviceKinds.find((kind) => kind === first) ?? 'other';
}

/** Where a device is: the places from the hall to its node (empty for the room's own, for a run and for a node nobody placed). */
export function pathOf(places: readonly TreeNode[], device: string): TreeNode[] {
  const path: TreeNode[] = [];
  let id = nodeOf(device);
  while (id !== null) {
    const place: TreeNode | undefined = places.find((candidate) => candidate.id === id);
    if (!place || path.includes(place)) break;
    path.unshift(place);
    id = place.parent;
  }
  return path;
}

/** "Hall A · Row 1 · Rack 3 · node-07 · NVIDIA H100": a device named from the hall down. @param label the device's own */
export function pathText(places: readonly TreeNode[], device: string, label: string): string {
  const names = pathOf(places, device).map((place) => place.name);
  return (deviceKind(device) === 'host' && names.length > 0 ? names : [...names, label]).join(' · ');
}
