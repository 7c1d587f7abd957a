import { afterAll } from 'vitest';

// Files of tests follow each other in one process: what one of them does to the environment ends with it.
const before = { ...process.env };

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});
