import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What DCGM's exporter and node_exporter answer, as captured from them, cut short. */
export const EXPOSITION = `# HELP DCGM_FI_DEV_POWER_USAGE Power draw (in W).
# TYPE DCGM_FI_DEV_POWER_USAGE gauge
DCGM_FI_DEV_POWER_USAGE{gpu="0",UUID="GPU-7b1f1c2e-0000-4a4a-9d9d-0123456789ab",pci_bus_id="00000000:07:00.0",device="nvidia0",modelName="NVIDIA H100 80GB HBM3",Hostname="node-07"} 312.5
DCGM_FI_DEV_POWER_USAGE{gpu="1",UUID="GPU-7b1f1c2e-0001-4a4a-9d9d-0123456789ab",pci_bus_id="00000000:0F:00.0",device="nvidia1",modelName="NVIDIA H100 80GB HBM3",Hostname="node-07"} 98.1
# HELP node_load1 1m load average.
# TYPE node_load1 gauge
node_load1 4.25
# HELP node_load15 15m load average.
# TYPE node_load15 gauge
node_load15 3.5
# HELP node_disk_io_now The number of I/Os currently in progress.
# TYPE node_disk_io_now gauge
node_disk_io_now{device="nvme0n1"} 0
`;

/** An exporter on the network, with a sign-in where one is set. */
export class Exporter {
  text = EXPOSITION;
  /** The header that is asked for; null = none. */
  authorization: string | null = null;
  asked = 0;
  port = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request: IncomingMessage, response) => {
      this.asked += 1;
      const given = request.headers.authorization ?? null;
      if (this.authorization !== null && given !== this.authorization) {
        response.writeHead(401).end(`no such sign-in: ${given ?? 'none'}`);
      } else if (request.url !== '/metrics') response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(this.text);
    });
  }

  static async listen(): Promise<Exporter> {
    const exporter = new Exporter();
    await new Promise<void>((done) => exporter.server.listen(0, '127.0.0.1', done));
    exporter.port = (exporter.server.address() as AddressInfo).port;
    return exporter;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/metrics`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }
}
