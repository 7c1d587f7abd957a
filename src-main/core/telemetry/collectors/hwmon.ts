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
  /** It belongs to a disk, which tells its own temperature. */
  readonly disk: boolean;
}

/** Chips of graphics cards: their sensors are the GPU's, not the board's. */
export const GPU_CHIPS = /^(amdgpu|radeon|i915|xe|nouveau)$/;

/** All chips, in natural order. */
export async function listChips(sysRoot: string): Promise<HwmonChip[]> {
  const root = join(sysRoot, 'class/hwmon');
  const chips = await Promise.all(
    (await listFolder(root)).map(async (folder) => {
      const path = join(root, folder);
      const device = join(path, 'device');
      const [name, home, children] = await Promise.all([readText(join(path, 'name')), realpath(device).then(basename, () => null), listFolder(device)]);
      return { path, name: name ?? folder, home, disk: children.some((child) => child === 'block' || /^nvme\d+(c\d+)?n\d+$/.test(child)) };
    }),
  );
  return chips.map((chip) => {
    const twins = chips.filter(({ name }) => name === chip.name).length > 1;
    return { ...chip, place: twins && chip.home !== null ? `${chip.name}@${chip.home}` : chip.name };
  });
}

/** The numbered inputs of one kind, with what the driver calls them. */
export async function listInputs(chip: Pick<HwmonChip, 'path'>, kind: 'temp' | 'fan'): Promise<{ readonly input: string; readonly label: string | null }[]> {
  const pattern = new RegExp(`^(${kind}\\d+)_input$`);
  const inputs = (await listFolder(chip.path)).flatMap((file) => pattern.exec(file)?.[1] ?? []);
  return Promise.all(inputs.map(async (input) => ({ input, label: await readText(join(chip.path, `${input}_label`)) })));
}
