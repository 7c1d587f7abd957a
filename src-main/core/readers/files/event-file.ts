import { EventDecoder } from './event';
import type { FileContext, FileFormat, OpenFormat } from './file-format';
import { beginsWithRecord, RecordTaker } from './records';

/** TensorBoard's event files, by whomever written: the files of one folder are one run's. */
export const eventFiles: FileFormat = {
  id: 'tensorboard',
  // As TensorBoard finds them. The profiler's own marks nothing but that there is a profile.
  matches: ({ name }) => name.includes('tfevents') && !name.endsWith('.profile-empty'),
  recognizes: (head) => beginsWithRecord(head),
  open: (context) => openEventFile(context),
};

function openEventFile(context: FileContext): OpenFormat {
  const decoder = context.shared(eventFiles, () => new EventDecoder(context.prefix, context.sink));
  const records = new RecordTaker(
    context.label,
    { record: (bytes, from, to, isWhole) => decoder.take(bytes, from, to, isWhole) },
    context.sink.notice,
  );
  return {
    take: (bytes, from, to, isEnd) => records.take(bytes, from, to, isEnd),
    restart: () => records.restart(),
    flush: () => decoder.flush(),
  };
}
