import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { Port } from '@shared/rpc/port';
import { serve } from '@shared/rpc/server';
import { defineService } from '../service';
import { bindApi } from './index';
import { servedServices } from './services';

/** Serves the contract on the ports of pages. */
export interface Connections {
  /** Until the port closes or the returned handle is disposed. */
  connect(port: Port): Disposable;
  /** The same for the terminal of the person whose core this is: what it asks for needs no consent. */
  connectTerminal(port: Port): Disposable;
}

export const apiService = defineService({
  name: 'api',
  needs: servedServices,
  start(services, { options, log, onStop }): Connections {
    const { dataDir } = services.scenario;
    const bound = { ...services, options: { ...options, dataDir }, startedAtMs: Date.now() };
    const apis = { page: bindApi({ ...bound, by: 'page' }), terminal: bindApi({ ...bound, by: 'terminal' }) };
    const ports = new DisposableStore();
    onStop(() => ports.dispose());
    const connect = (port: Port, by: keyof typeof apis): Disposable => {
      const served = ports.add(serve(port, apis[by], { log, redact: services.secrets.redactor.redactMessage }));
      port.onClose(() => ports.remove(served));
      return served;
    };
    return { connect: (port) => connect(port, 'page'), connectTerminal: (port) => connect(port, 'terminal') };
  },
});
