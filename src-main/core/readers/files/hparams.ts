import type { FileParameter, FileSink } from './file-sink';
import { BYTES, FIXED64, Wire } from './wire';

/** HParamsPluginData.session_start_info, SessionStartInfo.hparams. */
const SESSION_START = 3;
const HPARAMS = 1;

/** Tells the parameters that the content of TensorBoard's plugin `hparams`, bytes[from, to), has; the rest of it describes its page. */
export function tellHparams(bytes: Uint8Array, from: number, to: number, prefix: string, sink: FileSink): void {
  const wire = new Wire();
  wire.open(bytes, from, to);
  while (wire.next()) {
    if (!wire.is(SESSION_START, BYTES)) {
      wire.skip();
      continue;
    }
    const outer = wire.enter();
    while (wire.next()) {
      if (!wire.is(HPARAMS, BYTES)) {
        wire.skip();
        continue;
      }
      const entry = wire.enter();
      let name = '';
      let value: FileParameter | undefined;
      while (wire.next()) {
        if (wire.is(1, BYTES)) name = wire.text();
        else if (wire.is(2, BYTES)) value = valueOf(wire);
        else wire.skip();
      }
      wire.leave(entry);
      if (name !== '' && value !== undefined) sink.parameter(prefix + name, value);
    }
    wire.leave(outer);
  }
}

/** google.protobuf.Value; lists and structures are not parameters of a run. */
function valueOf(wire: Wire): FileParameter | undefined {
  const outer = wire.enter();
  let value: FileParameter | undefined;
  while (wire.next()) {
    if (wire.is(2, FIXED64)) value = wire.double();
    else if (wire.is(3, BYTES)) value = wire.text();
    else if (wire.field === 4) value = wire.varint() !== 0;
    else wire.skip();
  }
  wire.leave(outer);
  return value;
}
