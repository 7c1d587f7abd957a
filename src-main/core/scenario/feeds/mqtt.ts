import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { LOOPBACK, LoopbackServer, type OpenPeer } from './peer';
import { PHASE_V, type MeteredRoom } from './room';

/** Devices of that kind publish when something changes, and this often besides: short enough that a trial need not wait. */
const EVERY_MS = 2_000;
const TOPICS = { lighting: 'coldaisle/lighting', weather: 'coldaisle/weather' } as const;

/** What each device says now, by its topic. */
function messages(room: MeteredRoom): [topic: string, payload: object][] {
  const { facility } = room;
  const tenth = (value: number): number => Math.round(value * 10) / 10;
  return [
    [
      `${TOPICS.lighting}/status/switch:0`,
      {
        id: 0,
        output: true,
        apower: tenth(room.lightingW),
        voltage: PHASE_V,
        current: tenth(room.lightingW / PHASE_V),
        aenergy: { total: Math.round(room.lightingWh) },
      },
    ],
    [TOPICS.weather, { temperature: tenth(facility.outdoorTempC), humidity: tenth(facility.outdoorHumidity), linkquality: 120 }],
  ];
}

/** A broker with two devices: a Shelly that carries the lighting, and a weather sensor behind zigbee2mqtt. */
export const openMqtt: OpenPeer = async (room, port) => {
  const broker = await Aedes.createBroker();
  const server = await LoopbackServer.listen(
    createServer((socket: Socket) => void broker.handle(socket)),
    port,
  );
  const publish = (): void => {
    for (const [topic, payload] of messages(room))
      broker.publish(
        { cmd: 'publish', qos: 0, dup: false, retain: true, topic, payload: Buffer.from(JSON.stringify(payload)) },
        () => undefined,
      );
  };
  publish();
  const timer = setInterval(publish, EVERY_MS);
  const at = { url: `mqtt://${LOOPBACK}:${server.port}` };
  return {
    feeds: [
      { kind: 'mqtt', name: 'Lighting', settings: { ...at, device: 'shelly2', topic: TOPICS.lighting } },
      { kind: 'mqtt', name: 'Weather', settings: { ...at, device: 'zigbee2mqtt', topic: TOPICS.weather } },
    ],
    async close() {
      clearInterval(timer);
      await new Promise<void>((done) => broker.close(() => done()));
      await server.close();
    },
  };
};
