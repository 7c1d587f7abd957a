/** Ends a switch over a closed union: a case added later and not handled fails the type check here. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
