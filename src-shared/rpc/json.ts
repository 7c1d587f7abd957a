/** How a Float64Array stands in JSON text: `{"$f64": [1.5, null]}`. JSON has no NaN, which our columns have for "none": null says so. */
const FLOATS = '$f64';

/** The message as JSON text, Float64Arrays of finite numbers and NaN in it too. @throws {TypeError} when it is no JSON-shaped value */
export function toJson(message: unknown): string {
  const text: string | undefined = JSON.stringify(message, (_key, value: unknown) =>
    value instanceof Float64Array ? { [FLOATS]: [...value] } : value,
  );
  if (text === undefined) throw new TypeError('a message is a JSON-shaped value');
  return text;
}

/** What {@link toJson} was given. @throws {SyntaxError} when the text is not JSON */
export function fromJson(text: string): unknown {
  // Nearly all messages have none: they are parsed without a look at each of their values.
  return text.includes(`{"${FLOATS}":[`)
    ? JSON.parse(text, (_key, value: unknown) => (isEncoded(value) ? Float64Array.from(value[FLOATS], (number) => number ?? NaN) : value))
    : JSON.parse(text);
}

function isEncoded(value: unknown): value is { [FLOATS]: (number | null)[] } {
  if (typeof value !== 'object' || value === null || !(FLOATS in value) || Object.keys(value).length !== 1) return false;
  const list = value[FLOATS];
  return Array.isArray(list) && list.every((each) => each === null || typeof each === 'number');
}
