import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { DoctorItem } from '@shared/model/doctor';
import { message } from '@shared/text/message';
import { childEnvironment } from '../../children/environment';

/** fontconfig builds its cache at the first question, which takes a while on a slow disk, ms. */
const TIMEOUT_MS = 20_000;
/** By package manager, what brings Chinese glyphs. */
const packages = [
  ['/usr/bin/apt-get', 'sudo apt-get install fonts-noto-cjk'],
  ['/usr/bin/dnf', 'sudo dnf install google-noto-sans-cjk-fonts'],
  ['/usr/bin/zypper', 'sudo zypper install google-noto-sans-sc-fonts'],
  ['/usr/bin/pacman', 'sudo pacman -S noto-fonts-cjk'],
] as const;

/**
 * Whether the Chinese interface can be read here: its Latin letters come with the program, its characters from the system.
 * Nothing where that is no question (other systems bring them) or cannot be told (no fontconfig).
 */
export async function fontsItems(platform: NodeJS.Platform = process.platform): Promise<DoctorItem[]> {
  if (platform !== 'linux') return [];
  let families: string[];
  try {
    const { stdout } = await promisify(execFile)('fc-list', [':lang=zh-cn', 'family'], {
      env: childEnvironment(['fonts']),
      timeout: TIMEOUT_MS,
    });
    families = stdout.split('\n').filter((line) => line.trim() !== '');
  } catch {
    return [];
  }
  const item = { id: 'interface.chinese', group: 'interface', name: message('doctor.item.interface.chinese') } as const;
  const [first] = families.map((line) => line.split(',')[0]?.trim() ?? '').sort();
  if (first !== undefined) return [{ ...item, state: 'works', detail: first, repair: null }];
  const repair = packages.find(([program]) => existsSync(program))?.[1] ?? message('message.fonts.install', { font: 'Noto Sans CJK SC' });
  return [{ ...item, state: 'missing', detail: message('message.fonts.none'), repair }];
}
