import type { FileContext, FileFormat, FoundFile, OpenFormat } from './file-format';

/** `timestamp value step`, the time in ms; the oldest versions wrote no step. */
const POINT = /^(\d{1,16}) (\S+)(?: (-?\d{1,16}))?$/;
const LF = 0x0a;
/** Longer is no line of a metric, bytes. */
const MAX_LINE_BYTES = 64 * 1024;
const MAX_PARAM_CHARS = 8_000;

/** MLflow's store of files: `mlruns/EXPERIMENT/RUN/metrics/NAME`, and `params` and `tags` beside. A name may have folders of its own. */
export const mlflowStore: FileFormat = {
  id: 'mlflow',
  matches: (file) => placeOf(file) !== null,
  // One file of many: the folder of the run tells what it is.
  recognizes: () => false,
  open: (context, file) => openMlflow(context, file),
};

interface Place {
  readonly kind: 'metrics' | 'params';
  readonly name: string;
}

/** A run's folder is called by 32 digits, and so is not taken for another program's `metrics`. */
function placeOf({ folder, name, path }: FoundFile): Place | null {
  const inRun = /(?:^|\/)[0-9a-f]{32}\/(metrics|params)(\/.*)?$/.exec(folder);
  // The folder that was named may be the run's own.
  const [, kind, rest = ''] =
    inRun ?? (/[\\/][0-9a-f]{32}[\\/](?:metrics|params)[\\/]/.test(path) ? (/^(metrics|params)(\/.*)?$/.exec(folder) ?? []) : []);
  if (kind !== 'metrics' && kind !== 'params') return null;
  return { kind, name: `${rest}/${name}`.slice(1) };
}

function openMlflow({ prefix: folderPrefix, label, sink }: FileContext, file: FoundFile): OpenFormat {
  const place = placeOf(file);
  // What the folder of the run is called in names: without its own `metrics/…`.
  const prefix = folderPrefix.replace(/(?:^|(?<=\/))(?:metrics|params)\/.*$/, '');
  let badLines = 0;
  let text = '';
  const point = (line: string): void => {
    const [, atMs = '', value = '', step] = POINT.exec(line) ?? [];
    const number = /^[+-]?inf(?:inity)?$/i.test(value)
      ? value.startsWith('-')
        ? -Infinity
        : Infinity
      : Number(value === 'nan' || value === 'NaN' ? NaN : value);
    if (value === '' || (Number.isNaN(number) && !/^nan$/i.test(value))) badLines += line === '' ? 0 : 1;
    else
      sink.scalar({
        name: prefix + (place?.name ?? ''),
        step: step === undefined ? null : Number(step),
        value: number,
        atMs: Number(atMs),
      });
  };
  return {
    take(bytes, from, to, isEnd) {
      if (place?.kind === 'params') {
        if (text.length < MAX_PARAM_CHARS) text += bytes.toString('utf8', from, to);
        return to - from;
      }
      let end = bytes.subarray(from, to).lastIndexOf(LF) + from + 1;
      if (isEnd && end < to) sink.notice(`${label}: its last line is not complete and is left out.`);
      else if (end === from && to - from > MAX_LINE_BYTES) end = to;
      if (end > from) for (const line of bytes.toString('utf8', from, end).trimEnd().split('\n')) point(line.trim());
      return end - from;
    },
    restart() {
      text = '';
    },
    flush() {
      if (place?.kind === 'params' && text !== '') sink.parameter(prefix + place.name, text.trim());
      if (badLines > 0) sink.notice(`${label}: ${badLines.toLocaleString('en-US')} lines could not be read.`);
      badLines = 0;
    },
  };
}
