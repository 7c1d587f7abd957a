import { coolingStart, defaultSettings, defaultSources, SettingsPatch, type Settings } from '@shared/model/settings';
import { refusalOf, type Refusal } from '../../i18n/validation';

/** One number or word of the settings, by its place. */
export type SettingPath = readonly [section: keyof Settings, ...rest: string[]];

/** Keys under `settings.source.`; where the model names none, the default is an assumption of ours. */
export type SourceKey = (typeof defaultSources)[keyof typeof defaultSources] | 'automatic';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What stands at a place; undefined where there is none (the parameters of another cooling mode). */
export function valueAt(settings: Settings, path: SettingPath): unknown {
  let value: unknown = settings;
  for (const key of path) value = isRecord(value) ? value[key] : undefined;
  return value;
}

export function defaultAt(path: SettingPath): unknown {
  const [section, part, key] = path;
  if (section === 'facility' && part === 'cooling' && key === 'cop' && coolingStart.fixed.mode === 'fixed') return coolingStart.fixed.cop;
  return valueAt(defaultSettings, path);
}

export type PatchCheck = { readonly patch: SettingsPatch; readonly refusal: null } | { readonly patch: null; readonly refusal: Refusal };

/** The change that puts `value` at a place, checked by the schema that the core will check it by. A change carries its whole section. */
export function patchWith(settings: Settings, path: SettingPath, value: unknown): PatchCheck {
  const [section, ...rest] = path;
  const parsed = SettingsPatch.safeParse({ [section]: put(settings[section], rest, value) });
  if (parsed.success) return { patch: parsed.data, refusal: null };
  const [issue] = parsed.error.issues;
  return { patch: null, refusal: issue ? refusalOf(issue) : { key: 'number', limit: 0 } };
}

function put(target: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(target)) return target.map((entry: unknown, at) => (String(at) === key ? put(entry, rest, value) : entry));
  const record = isRecord(target) ? target : {};
  return { ...record, [key]: put(record[key], rest, value) };
}

const sources: Readonly<Record<string, SourceKey>> = defaultSources;

/** Where the default at a place comes from: its own entry, or that of the part it belongs to. Null for what is a matter of taste. */
export function sourceOf(path: SettingPath): SourceKey | null {
  // How long to keep things and how often to look are wishes, not figures with a source.
  if (path[0] === 'retention' || path[0] === 'gpu' || path[0] === 'desktop') return null;
  const standard = defaultAt(path);
  if (standard === null) return 'automatic';
  if (typeof standard === 'string') return null;
  if (path.at(-1) === 'cop') return 'assumption';
  for (let length = path.length; length > 0; length -= 1) {
    const found = sources[path.slice(0, length).join('.')];
    if (found) return found;
  }
  return 'assumption';
}
