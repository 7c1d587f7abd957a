const LINE = /^(.+?)(?:\/|-)L([123])$/;

/** One line of a meter that tells several: what the meter as a whole is (`sensor/m1`, `sensor/ups/input`) and which line. */
export function lineOf(device: string): { readonly whole: string; readonly line: string } | null {
  const [, whole, line] = LINE.exec(device) ?? [];
  return whole === undefined || line === undefined ? null : { whole, line };
}
