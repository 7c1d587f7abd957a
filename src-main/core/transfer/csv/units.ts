/** A unit as written, and what makes it one of the app's: `value * factor + offset`. */
export interface Unit {
  /** As the app shows it; units of one such can be turned into another. */
  readonly base: string;
  readonly factor: number;
  readonly offset: number;
}

const KIB = 1024;
const table = new Map<string, Unit>();
const add = (base: string, factor: number, names: string, offset = 0): void => {
  for (const name of names.split(' ')) table.set(name, { base, factor, offset });
};

/** Prefixes whose case matters (mW, MW) are looked up as written first, then in small letters. */
add('W', 1, 'W w watt watts');
add('W', 1e-3, 'mW milliwatt milliwatts');
add('W', 1e-6, 'µW μW uW microwatts');
add('W', 1e3, 'kW KW kw kilowatt kilowatts');
add('W', 1e6, 'MW megawatt megawatts');
add('W', 1e9, 'GW gigawatts');
add('VA', 1, 'VA va volt_amperes');
add('VA', 1e3, 'kVA KVA kva');
add('var', 1, 'var VAr VAR');
add('J', 1, 'J joule joules');
add('J', 1e-3, 'mJ millijoules');
add('J', 1e-6, 'µJ μJ uJ microjoules');
add('J', 1e3, 'kJ kilojoules');
add('J', 1e6, 'MJ megajoules');
add('kWh', 1e-6, 'mWh');
add('kWh', 1e-3, 'Wh wh watt_hours watthours');
add('kWh', 1, 'kWh KWh kwh KWH kilowatt_hours kilowatthours');
add('kWh', 1e3, 'MWh megawatt_hours');
add('V', 1, 'V v volt volts');
add('V', 1e-3, 'mV millivolts');
add('V', 1e3, 'kV');
add('A', 1, 'A a amp amps ampere amperes');
add('A', 1e-3, 'mA milliamperes milliamps');
add('°C', 1, '°C ºC ℃ °c C celsius degc deg_c degrees_celsius degreescelsius');
add('°C', 5 / 9, '°F ºF ℉ fahrenheit degf deg_f', -160 / 9);
add('°C', 1, 'K kelvin kelvins', -273.15);
add('%', 1, '% percent pct percentage prozent');
add('1', 1, '1 count');
add('B', 1, 'B byte bytes');
add('B', 1e3, 'KB kB kb kilobytes');
add('B', 1e6, 'MB mb megabytes');
add('B', 1e9, 'GB gb gigabytes');
add('B', 1e12, 'TB tb terabytes');
add('B', KIB, 'KiB kib kibibytes');
add('B', KIB ** 2, 'MiB mib mebibytes');
add('B', KIB ** 3, 'GiB gib gibibytes');
add('B', KIB ** 4, 'TiB tib tebibytes');
add('B/s', 1, 'B/s Bps bytes/s bytes/sec bytes_per_second');
add('B/s', 1e3, 'KB/s kB/s kb/s KBps');
add('B/s', 1e6, 'MB/s MBps');
add('B/s', 1e9, 'GB/s GBps');
add('B/s', KIB, 'KiB/s');
add('B/s', KIB ** 2, 'MiB/s');
add('B/s', KIB ** 3, 'GiB/s');
add('B/s', 1 / 8, 'bps bit/s bits/s b/s');
add('B/s', 125, 'kbps Kbps kbit/s Kbit/s kb/s');
add('B/s', 125_000, 'Mbps mbps Mbit/s Mb/s');
add('B/s', 125_000_000, 'Gbps gbps Gbit/s Gb/s');
add('Hz', 1, 'Hz hz hertz');
add('MHz', 1e-3, 'kHz KHz khz kilohertz');
add('MHz', 1, 'MHz Mhz mhz megahertz');
add('MHz', 1e3, 'GHz Ghz ghz gigahertz');
add('s', 1, 's sec secs second seconds');
add('s', 60, 'min mins minute minutes');
add('s', 3600, 'h hr hour hours');
add('ms', 1, 'ms msec msecs millisecond milliseconds');
add('ms', 1e-3, 'µs μs us usec microsecond microseconds');
add('ms', 1e-6, 'ns nsec nanosecond nanoseconds');
add('rpm', 1, 'rpm RPM r/min revolutions_per_minute');
add('kg', 1, 'kg kilograms');
add('kg', 1e-3, 'g gram grams');
add('kg/h', 1, 'kg/h');

/** The unit that a text means; null for what is none that is known. */
export function unitOf(text: string): Unit | null {
  const trimmed = text.trim();
  return table.get(trimmed) ?? table.get(trimmed.toLowerCase()) ?? null;
}

/**
 * What turns values in one unit into another; null when they are of different quantities. A frequency in Hz and one in MHz
 * are one quantity, though the app shows them as two, and so are the energies and the times.
 */
export function conversion(from: string, to: string): { readonly factor: number; readonly offset: number } | null {
  if (from === to) return { factor: 1, offset: 0 };
  const a = unitOf(from);
  const b = unitOf(to);
  if (a === null || b === null) return null;
  const between =
    a.base === b.base
      ? 1
      : bases[a.base] === undefined || bases[a.base]?.of !== bases[b.base]?.of
        ? null
        : (bases[a.base]?.size ?? 1) / (bases[b.base]?.size ?? 1);
  return between === null ? null : { factor: (a.factor * between) / b.factor, offset: (a.offset * between - b.offset) / b.factor };
}

const bases: Readonly<Record<string, { readonly of: string; readonly size: number }>> = {
  Hz: { of: 'frequency', size: 1 },
  MHz: { of: 'frequency', size: 1e6 },
  s: { of: 'time', size: 1 },
  ms: { of: 'time', size: 1e-3 },
  J: { of: 'energy', size: 1 },
  kWh: { of: 'energy', size: 3.6e6 },
};
