import type { SensorRole } from '../model/cooling';

/** Temperatures inside of machines: they say nothing of the room's air, whatever else their names hold. */
const INSIDE =
  /power supply|psu|\bvrm?\b|dimm|\bcpu|\bgpu|nvme|\bpch\b|chipset|battery|board|system|\bdisk|\bssd|\bhdd|core|package|composite/;

const rules: readonly (readonly [pattern: RegExp, role: SensorRole])[] = [
  [/outdoor|outside|weather|external air|室外/, 'outdoor'],
  [/(water|chw|coolant|liquid|水).*(return|outlet|\bout\b|回)/, 'water-return'],
  [/(water|chw|coolant|liquid|水).*(supply|inlet|\bin\b|供)/, 'water-supply'],
  [/outlet|exhaust|hot.?aisle|\brear\b|exit air|出风|热通道/, 'outlet'],
  [/inlet|intake|cold.?aisle|\bfront\b|ambient|进风|冷通道/, 'inlet'],
  [/supply|送风/, 'supply'],
  [/return|回风/, 'return'],
];

/** What the device of a file of past weather begins with. */
export const WEATHER_DEVICE = 'file/weather/';

export const isWeatherFile = (device: string): boolean => device.startsWith(WEATHER_DEVICE);

/** What a sensor's id and label say about where it is; null = nothing. */
export function roleByName(device: string, label: string): SensorRole | null {
  // Whatever its place is called.
  if (isWeatherFile(device)) return 'outdoor';
  const name = `${device.slice(Math.max(0, device.lastIndexOf('sensor/')))} ${label}`.toLowerCase().replaceAll(/[_/-]+/g, ' ');
  return INSIDE.test(name) ? null : (rules.find(([pattern]) => pattern.test(name))?.[1] ?? null);
}
