/** The section of a WebAssembly module that declares its own memory (Core Specification 2.0, 5.5.8). */
const MEMORY_SECTION = 5;
const HEADER_BYTES = 8;
const HAS_MAXIMUM = 1;
/** Of the threads proposal: shared, with a maximum. */
const SHARED_WITH_MAXIMUM = 3;

/**
 * The same module with its memory declared as shared, so that threads of ours can work on it: the program itself, built for
 * one thread, is not touched.
 *
 * @returns null when the module declares no memory with a maximum, which a shared one must have
 */
export function withSharedMemory(module: Uint8Array): Uint8Array | null {
  const copy = Uint8Array.from(module);
  let at = HEADER_BYTES;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = copy[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < copy.length) {
    const id = copy[at++];
    const bytes = number();
    if (id === MEMORY_SECTION) {
      const memories = number();
      if (memories !== 1 || copy[at] !== HAS_MAXIMUM) return null;
      copy[at] = SHARED_WITH_MAXIMUM;
      return copy;
    }
    at += bytes;
  }
  return null;
}
