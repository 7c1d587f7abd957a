import { join } from 'node:path';
import { app, Menu, nativeImage, Tray } from 'electron';
import type { RuntimeStatus } from '@shared/model/runtime-status';
import { statusLine, type DesktopText } from './menu-text';

export interface AppTrayOptions {
  /** Where the icons lie. */
  readonly iconsDir: string;
  readonly open: () => void;
  readonly quit: () => void;
}

/** The icon in the tray while it is wanted, with what is going on and the ways in and out. */
export class AppTray {
  private tray: Tray | null = null;

  constructor(private readonly options: AppTrayOptions) {}

  /** @param status null = there is no core */
  show(text: DesktopText, status: RuntimeStatus | null): void {
    const { open, quit } = this.options;
    const line = statusLine(text, status);
    const tray = this.tray ?? this.make();
    tray.setToolTip(`${app.name} · ${line}`);
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { id: 'tray-open', label: text.openWindow, click: () => open() },
        { id: 'tray-status', label: line, enabled: false },
        { type: 'separator' },
        { id: 'tray-quit', label: text.quit, click: () => quit() },
      ]),
    );
  }

  hide(): void {
    this.tray?.destroy();
    this.tray = null;
  }

  private make(): Tray {
    const icon = nativeImage.createEmpty();
    for (const [size, scaleFactor] of [
      [16, 1],
      [32, 2],
      [48, 3],
    ] as const) {
      icon.addRepresentation({
        scaleFactor,
        width: size,
        height: size,
        buffer: nativeImage.createFromPath(join(this.options.iconsDir, `${size}.png`)).toPNG(),
      });
    }
    const tray = new Tray(icon);
    // A double click opens it too where that is the custom; on macOS a click shows the menu.
    tray.on('click', () => process.platform !== 'darwin' && this.options.open());
    this.tray = tray;
    return tray;
  }
}
