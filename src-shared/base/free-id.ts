/**
 * An id made of a name, for a file or an address: small letters, digits and "-", with a number behind it where others have it.
 *
 * @param most characters of it, the number left out
 * @param otherwise the id of a name that has no letter of the Latin alphabet and no digit
 */
export function freeId(name: string, most: number, otherwise: string, isTaken: (id: string) => boolean): string {
  const base =
    name
      .toLowerCase()
      .normalize('NFKD')
      .replaceAll(/[^a-z\d]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, most) || otherwise;
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!isTaken(id)) return id;
  }
}
