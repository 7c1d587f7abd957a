import { ipcMain, MessageChannelMain, type IpcMainEvent, type MessagePortMain, type WebFrameMain } from 'electron';
import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { PORT_DELIVERY, PORT_REQUEST } from '@shared/rpc/page-port';
import { isOwnPage } from './app-origin';
import type { CoreSupervisor } from './core-supervisor';

/**
 * Brings pages and core together: each page that asks gets one end of a channel and the core the other. When a new core
 * starts, every page that is still there gets a new one unasked.
 */
export function brokerPorts(core: Pick<CoreSupervisor, 'connect' | 'started'>): Disposable {
  const started = new DisposableStore();
  /** Frames of pages that asked; a page that reloads asks again, from a frame of its own. */
  const pages = new Set<WebFrameMain>();

  const deliver = (page: WebFrameMain): void => {
    const { port1, port2 } = new MessageChannelMain();
    if (!send(page, port1)) {
      pages.delete(page);
      port2.close();
    } else if (!core.connect(port2)) port2.close();
  };
  const onRequest = (event: IpcMainEvent): void => {
    const page = event.senderFrame;
    if (!page || page.parent !== null || !isOwnPage(page.url)) return;
    pages.add(page);
    deliver(page);
  };
  ipcMain.on(PORT_REQUEST, onRequest);
  started.defer(() => ipcMain.off(PORT_REQUEST, onRequest));
  started.add(
    core.started.on(() => {
      for (const page of [...pages]) deliver(page);
    }),
  );
  return started;
}

/** False when the page is gone, or has become another one. */
function send(page: WebFrameMain, port: MessagePortMain): boolean {
  try {
    if (!isOwnPage(page.url)) return false;
    page.postMessage(PORT_DELIVERY, null, [port]);
    return true;
  } catch {
    // Electron throws on any use of a frame that was disposed.
    return false;
  }
}
