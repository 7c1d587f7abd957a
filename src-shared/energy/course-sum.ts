/** By the number, or the start, of its stretch of time, a value. */
type Course = ReadonlyMap<number, number>;

/** In the stretches in which all of them are known: a sum without one of them is none. @returns null where one was never told at all */
export function sumOfCourses(courses: readonly (Course | null)[]): Map<number, number> | null {
  const known = courses.filter((course) => course !== null);
  const [first] = known;
  if (first === undefined || known.length < courses.length) return null;
  const sums = new Map<number, number>();
  for (const at of first.keys()) {
    const values = known.flatMap((course) => course.get(at) ?? []);
    if (values.length === known.length)
      sums.set(
        at,
        values.reduce((sum, value) => sum + value, 0),
      );
  }
  return sums;
}
