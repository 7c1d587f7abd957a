import { randomBytes } from 'node:crypto';
import { message, MessageError, messageOf, type Message } from '@shared/text/message';
import type { MqttClient } from 'mqtt';
import { openSocket } from '../meters/trusted-socket';

export interface BrokerAccess {
  readonly url: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly fingerprint: string | null;
}

export type OnMessage = (topic: string, payload: Buffer, isRetained: boolean) => void;

/** One connection to a broker with what it is subscribed to. It ends once, and is not made anew by itself. */
export interface BrokerConnection {
  /** Why it ended; null = it lives. */
  readonly ended: Message | null;
  close(): void;
}

const KEEP_ALIVE_S = 30;
/** CONNACK of MQTT 3.1.1, section 3.2.2.3. */
const REFUSED_SIGN_IN: readonly number[] = [4, 5];

/** @throws {MessageError} that says what to look at */
export async function connectBroker(
  { url, user, password, fingerprint }: BrokerAccess,
  filters: readonly string[],
  onMessage: OnMessage,
  signal: AbortSignal,
): Promise<BrokerConnection> {
  const { hostname, port, protocol, host: address } = new URL(url);
  const tls = protocol === 'mqtts:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = await openSocket({ host, port: Number(port === '' ? (tls ? 8883 : 1883) : port), tls, fingerprint }, signal);
  const { MqttClient: Client } = await import('mqtt');
  const client = new Client(() => socket, {
    // Two clients of one id would end each other's connections for ever.
    clientId: `coldaisle-${randomBytes(8).toString('hex')}`,
    clean: true,
    reconnectPeriod: 0,
    keepalive: KEEP_ALIVE_S,
    protocolVersion: 4,
    ...(user === null ? {} : { username: user }),
    ...(password === null ? {} : { password }),
  });
  const connection = { ended: null as Message | null, close: () => void client.end(true) };
  const end = (why: Message): void => {
    connection.ended ??= why;
  };
  client.on('message', (topic, payload, { retain }) => onMessage(topic, payload, retain));
  client.on('close', () => end(message('message.mqtt.lost', { host: address })));
  try {
    await ready(client, filters, address, signal);
  } catch (error) {
    client.on('error', () => undefined);
    client.end(true);
    throw error;
  }
  client.on('error', (error) => {
    end(message('message.http.failed', { host: address, why: messageOf(error) }));
    client.end(true);
  });
  return connection;
}

/** Connected, and subscribed to all of it. */
function ready(client: MqttClient, filters: readonly string[], host: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: Message): void => reject(new MessageError(why));
    const silent = (): void => fail(message('message.mqtt.silent', { host }));
    if (signal.aborted) return silent();
    signal.addEventListener('abort', silent, { once: true });
    client.once('close', () => fail(message('message.mqtt.noMqtt', { host })));
    client.once('error', (error) => {
      const code = 'code' in error ? Number(error.code) : Number.NaN;
      fail(
        REFUSED_SIGN_IN.includes(code)
          ? message('message.mqtt.signIn', { host })
          : message('message.mqtt.refused', { host, why: messageOf(error) }),
      );
    });
    client.once('connect', () => {
      client.subscribe([...filters], { qos: 0 }, (error, granted) => {
        signal.removeEventListener('abort', silent);
        const denied = granted?.find(({ qos }) => Number(qos) >= 128);
        if (denied) return fail(message('message.mqtt.denied', { host, topic: denied.topic }));
        if (error) return fail(message('message.mqtt.refused', { host, why: messageOf(error) }));
        resolve();
      });
    });
  });
}
