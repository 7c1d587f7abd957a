import { ipcRenderer } from 'electron';
import { PORT_DELIVERY, PORT_REQUEST } from '@shared/rpc/page-port';

/**
 * All the page gets from here is its port to the core: as a message event with data 'coldaisle:port' and one port.
 * Nothing is exposed: a port cannot cross contextBridge, and the page needs nothing else.
 */
ipcRenderer.on(PORT_DELIVERY, (event) => window.postMessage(PORT_DELIVERY, location.origin, event.ports));

// By then the page's module scripts have run and listen.
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send(PORT_REQUEST));
