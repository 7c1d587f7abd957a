import { nodeOf, ownId, pathOf, ROOM_DEVICE, type DeviceTree, type TreeNode } from '@shared/model/device-tree';

/** What a note can be put on, by its id and, but for the room itself, its name from the hall down. */
export interface NoteTarget {
  readonly device: string;
  readonly name: string | null;
}

/** The room, its places in tree order, then the devices node by node, in the shown language's order of names. */
export function noteTargets(tree: Pick<DeviceTree, 'places' | 'devices'>, compare: (a: string, b: string) => number): NoteTarget[] {
  const { places } = tree;
  const ids = new Set(places.map(({ id }) => id));
  const devices = tree.devices
    .filter(({ device }) => device !== ROOM_DEVICE && !device.startsWith('run/') && !ids.has(device))
    .map(({ device }) => ({ device, name: deviceName(places, device) }))
    .sort((a, b) => compare(a.name, b.name));
  return [
    { device: ROOM_DEVICE, name: null },
    ...places.map((place) => ({ device: place.id, name: treeNodeName(places, place) })),
    ...devices,
  ];
}

/** The devices whose notes stand above a chart of these: they themselves, every place they are in, and the room. */
export function noteScope(places: readonly TreeNode[], devices: readonly string[]): string[] {
  const above = devices.flatMap((device) => [...pathOf(places, device).map(({ id }) => id), nodeOf(device) ?? ROOM_DEVICE]);
  return [...new Set([ROOM_DEVICE, ...above, ...devices])];
}

/** A place or device for a heading; null = the room. */
export function targetName(places: readonly TreeNode[], device: string): string | null {
  if (device === ROOM_DEVICE) return null;
  const place = places.find(({ id }) => id === device);
  return place ? place.name : deviceName(places, device);
}

function treeNodeName(places: readonly TreeNode[], place: TreeNode): string {
  const names: string[] = [];
  for (
    let at: TreeNode | undefined = place;
    at !== undefined && names.length < places.length;
    at = places.find(({ id }) => id === at?.parent)
  )
    names.unshift(at.name);
  return names.join(' · ');
}

function deviceName(places: readonly TreeNode[], device: string): string {
  const node = pathOf(places, device).at(-1);
  return node ? `${node.name} · ${ownId(device)}` : device;
}
