import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { listFolder, readText } from './files';

/** One chip that Linux reads sensors of. */
export interface HwmonChip {
  /** Its folder, with `tempN_input`, `fanN_input` and the like. */
  readonly path: string;
  /** The driver's name, e.g. "coretemp", "nct6798". */
  readonly name: string;
  /** The bus address of the device it belongs to; null when it stands alone. */
  readonly home: string | null;
  /** Its name, with where it sits when there are several of that name. */
  readonly place: string;
  /** Where it hangs in the machine, e.g. "nct6775.656", "1-7:1.0" (a USB port), "thermal_zone0": the same after a restart, unlike the number of its folder. */
  readonly spot: string;
  /** It belongs to a disk, which tells its own temperature. */
  readonly disk: boolean;
}

/** Chips of graphics cards: their sensors are the GPU's, not the board's. */
export const GPU_CHIPS = /^(amdgpu|radeon|i915|xe|nouveau)$/;

/** A HID device is numbered anew whenever it is plugged in; the port above it is not. */
const HID = /^[0-9A-F]{4}:[0-9A-F]{4}:[0-9A-F]{4}\.[0-9A-F]{4}$/;

/** All chips, in natural order. */
export async function listChips(sysRoot: string): Promise<HwmonChip[]> {
  const root = join(sysRoot, 'class/hwmon');
  const chips = await Promise.all(
    (await listFolder(root)).map(async (folder) => {
      const path = join(root, folder);
      const device = join(path, 'device');
      // Older drivers (power_meter) keep their files with the device.
      const [own, its, home, spot, children] = await Promise.all([
        readText(join(path, 'name')),
        readText(join(device, 'name')),
        realpath(device).then(basename, () => null),
        realpath(path).then(spotOf, () => folder),
        listFolder(device),
      ]);
      return {
        path,
        name: own ?? its ?? folder,
        home,
        spot,
        disk: children.some((child) => child === 'block' || /^nvme\d+(c\d+)?n\d+$/.test(child)),
      };
    }),
  );
  return chips.map((chip) => {
    const twins = chips.filter(({ name }) => name === chip.name).length > 1;
    return { ...chip, place: twins && chip.home !== null ? `${chip.name}@${HID.test(chip.home) ? chip.spot : chip.home}` : chip.name };
  });
}

/** The last folder on the way to a chip that says where it is. */
function spotOf(path: string): string {
  const way = path.split('/').filter((part) => !/^hwmon\d*$/.test(part));
  const known = way.filter((part) => !HID.test(part)).at(-1) ?? '';
  return known === 'class' ? basename(path) : known;
}

/** The numbered inputs of one kind, with what the driver calls them. */
export async function listInputs(
  chip: Pick<HwmonChip, 'path'>,
  kind: 'temp' | 'fan' | 'power' | 'in',
): Promise<{ readonly input: string; readonly label: string | null }[]> {
  const pattern = new RegExp(`^(${kind}\\d+)_input$`);
  const inputs = (await listFolder(chip.path)).flatMap((file) => pattern.exec(file)?.[1] ?? []);
  return Promise.all(inputs.map(async (input) => ({ input, label: await readText(join(chip.path, `${input}_label`)) })));
}
