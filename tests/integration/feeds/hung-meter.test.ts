import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/core/telemetry/clock';
import { modbusKind } from '../../../src-main/core/telemetry/collectors/modbus/kind';
import { Scheduler } from '../../../src-main/core/telemetry/scheduler';
import { ModbusDevice } from '../../fakes/modbus-device';
import { feedUnderTest } from '../../helpers/feed';

let devices: ModbusDevice[] = [];
beforeAll(async () => {
  devices = await Promise.all([ModbusDevice.listen(), ModbusDevice.listen(), ModbusDevice.listen()]);
  for (const device of devices) device.set(0, [460]);
});
afterAll(() => Promise.all(devices.map((device) => device.close())));

it('a meter that hangs delays no other: they are read again and again before it has answered once', async () => {
  const [hung] = devices;
  if (hung) hung.answers = [() => undefined];
  const collectors = devices.map(({ port }, i) => {
    const settings = { host: '127.0.0.1', port, meter: 'own', addresses: 'wire', points: ['power 0 uint16'], everyS: 1 };
    return { ...feedUnderTest(modbusKind, settings).collector, id: `modbus-${i}` };
  });
  const answers = (): number[] => scheduler.states().map((state) => state.answers);
  let done: () => void = () => undefined;
  const others = new Promise<void>((resolve) => (done = resolve));
  const scheduler: Scheduler = new Scheduler({
    collectors,
    clock: systemClock,
    log: () => undefined,
    onSetBack: () => undefined,
    onTick: () => {
      if (
        answers()
          .slice(1)
          .every((count) => count >= 3)
      )
        done();
    },
  });
  scheduler.start();
  await others;
  expect(hung?.requests.length).toBeGreaterThan(0);
  expect(answers()[0]).toBe(0);
  await scheduler.close();
});
