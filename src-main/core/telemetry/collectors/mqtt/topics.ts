/** A filter of MQTT: + stands for one level, # for all that follow. */
const levels = (topic: string): string[] => topic.split('/');

/** Whether it can be subscribed to. */
export function isTopicFilter(filter: string): boolean {
  const parts = levels(filter);
  return (
    filter !== '' &&
    Buffer.byteLength(filter) <= 65_535 &&
    !filter.includes('\u0000') &&
    parts.every((part, i) => part === '+' || (part === '#' && i === parts.length - 1) || !/[+#]/.test(part))
  );
}

/** What the wildcards of a filter stand for in a topic; null = it does not match. */
export function matchTopic(filter: string, topic: string): string[] | null {
  const asked = levels(filter);
  const given = levels(topic);
  // What begins with $ is the broker's own, and no wildcard takes it.
  if (topic.startsWith('$') && !filter.startsWith('$')) return null;
  const caught: string[] = [];
  for (const [i, part] of asked.entries()) {
    if (part === '#') return [...caught, given.slice(i).join('/')];
    const level = given[i];
    if (level === undefined) return null;
    if (part === '+') caught.push(level);
    else if (part !== level) return null;
  }
  return asked.length === given.length ? caught : null;
}

/** What the wildcards caught as a part of the meter. */
export const partOf = (caught: readonly string[]): string =>
  caught
    .map((one) => one.replace(/[^\p{L}\p{N}_]+/gu, '-').replace(/^-+|-+$/g, ''))
    .filter((one) => one !== '')
    .join('-')
    .slice(0, 40);
