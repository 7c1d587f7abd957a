import { app, BrowserWindow, dialog, powerMonitor, type MessageBoxOptions } from 'electron';
import type { RuntimeStatus } from '@shared/model/runtime-status';
import type { AppTray } from './app-tray';
import type { CoreSupervisor } from './core-supervisor';
import { desktopText, type DesktopText } from './menu-text';
import { setStartsAtLogin, startsAtLogin } from './login-item';
import { trayIsSeen } from './tray-support';

export interface BackgroundOptions {
  readonly core: Pick<CoreSupervisor, 'status' | 'statusChanged' | 'setDesktop'>;
  readonly tray: AppTray;
  readonly note: (text: string) => void;
  /** Whether the app may be started at login: a simulated room is not. */
  readonly mayStartAtLogin: boolean;
  /** The language changed. */
  readonly onText: (text: DesktopText) => void;
}

type Answer = 'go-on' | 'quit' | 'cancel';

/**
 * What becomes of metering and runs when the last window closes or a person quits: they go on in the tray, or end. It asks
 * where something would end that nothing brings back; a window is never hidden where no tray is seen that leads back to it.
 */
export class Background {
  /** Whether the app lives without a window now. */
  private windowless = false;
  private asking = false;
  /** Quitting was decided, or is not ours to ask about. */
  private sure = false;
  private language = '';
  private startAtLogin: boolean | null = null;

  constructor(private readonly options: BackgroundOptions) {
    options.core.statusChanged.on((status) => this.take(status));
    // A terminal, or the system's own way of ending programs: nobody is there to be asked.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        this.sure = true;
        app.quit();
      });
    }
  }

  /** To be called once the app is ready. */
  ready(): void {
    powerMonitor.on('shutdown', () => (this.sure = true));
  }

  get text(): DesktopText {
    const language = this.options.core.status?.language ?? 'system';
    return desktopText(language === 'system' ? app.getLocale() : language);
  }

  /** Whether the app stays although no window is open. */
  get staysWithoutWindow(): boolean {
    return this.windowless && !this.sure;
  }

  /** Decides about the last window, which is about to close. @returns whether it may close at once */
  mayClose(window: BrowserWindow): boolean {
    const status = this.options.core.status;
    // On macOS an app without windows stays in the Dock, and goes on.
    if (this.sure || process.platform === 'darwin' || status === null || BrowserWindow.getAllWindows().length > 1) return true;
    if (status.meterInTray) void this.goOn(window);
    else if (isBusy(status)) void this.askAtClose(window);
    else return true;
    return false;
  }

  /** Quits, after a question where runs would end. */
  async quit(): Promise<void> {
    const status = this.options.core.status;
    if (this.sure || status === null || !isBusy(status)) return this.quitNow();
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
    const answer = await this.ask(status, window);
    if (answer === 'quit') this.quitNow();
    else if (answer === 'go-on' && window) await this.goOn(window);
  }

  /** Whether a quit that came from outside (the Dock, an Apple event) is to be asked about first. */
  get wantsToAsk(): boolean {
    const status = this.options.core.status;
    return process.platform === 'darwin' && !this.sure && status !== null && isBusy(status);
  }

  /** Begins without a window, where that leaves a way back to one. @returns false: a window is wanted */
  async beginInTray(): Promise<boolean> {
    const status = await new Promise<RuntimeStatus | null>((resolve) => {
      const listening = this.options.core.statusChanged.on((told) => {
        listening.dispose();
        resolve(told);
      });
    });
    if (status === null || !status.meterInTray || !(await trayIsSeen())) return false;
    this.windowless = true;
    this.show();
    return true;
  }

  /** A window is there (again). */
  windowOpened(): void {
    this.windowless = false;
    this.show();
  }

  private quitNow(): void {
    this.sure = true;
    app.quit();
  }

  private async askAtClose(window: BrowserWindow): Promise<void> {
    const status = this.options.core.status;
    const answer = status === null ? 'quit' : await this.ask(status, window);
    if (answer === 'quit') this.quitNow();
    else if (answer === 'go-on') await this.goOn(window);
  }

  /** Into the tray; without one the window is minimised, so that there is a way back to it. */
  private async goOn(window: BrowserWindow): Promise<void> {
    const seen = await trayIsSeen();
    if (window.isDestroyed()) return;
    if (!seen) return window.minimize();
    this.windowless = true;
    this.show();
    window.destroy();
  }

  private async ask(status: RuntimeStatus, window: BrowserWindow | undefined): Promise<Answer> {
    if (this.asking) return 'cancel';
    this.asking = true;
    try {
      const { text } = this;
      const seen = await trayIsSeen();
      const message: MessageBoxOptions = {
        type: 'question',
        title: app.name,
        message: status.running > 0 ? text.closeTitle : text.closeQueued,
        detail: seen ? text.closeDetail : text.closeDetailNoTray,
        buttons: [seen ? text.keepInTray : text.keepMinimised, text.stopAndQuit, text.cancel],
        defaultId: 0,
        cancelId: 2,
        noLink: true,
        checkboxLabel: text.alwaysInTray,
      };
      const { response, checkboxChecked } = await (window ? dialog.showMessageBox(window, message) : dialog.showMessageBox(message));
      if (response === 0 && checkboxChecked) this.options.core.setDesktop({ meterInTray: true });
      return response === 0 ? 'go-on' : response === 1 ? 'quit' : 'cancel';
    } finally {
      this.asking = false;
    }
  }

  private take(status: RuntimeStatus | null): void {
    if (status !== null) this.keepLoginItem(status.startAtLogin);
    const language = status?.language ?? this.language;
    if (language !== this.language) {
      this.language = language;
      this.options.onText(this.text);
    }
    this.show();
  }

  /** The icon is there while it is wanted by the settings, and whenever there is no window. */
  private show(): void {
    const { core, tray } = this.options;
    if (this.windowless || core.status?.meterInTray === true) tray.show(this.text, core.status);
    else tray.hide();
  }

  /** At the start the system is right (a person may have changed it there), from then on the setting is. */
  private keepLoginItem(wanted: boolean): void {
    const { core, mayStartAtLogin, note } = this.options;
    if (!mayStartAtLogin || wanted === this.startAtLogin) return;
    const first = this.startAtLogin === null;
    try {
      if (!first) setStartsAtLogin(wanted);
      this.startAtLogin = startsAtLogin();
    } catch (error) {
      note(`start at login could not be changed: ${String(error)}`);
      this.startAtLogin = !wanted;
    }
    if (this.startAtLogin !== wanted) core.setDesktop({ startAtLogin: this.startAtLogin });
  }
}

function isBusy({ running, queued }: RuntimeStatus): boolean {
  return running + queued > 0;
}
