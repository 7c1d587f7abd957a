/** The fields of a CSV record (RFC 4180), without the quotes around them. */
export function csvFields(record: string, separator: string): string[] {
  if (!record.includes('"')) return record.split(separator);
  const fields: string[] = [];
  for (let at = 0; ;) {
    if (record[at] === '"') {
      let field = '';
      for (at += 1; ;) {
        const quote = record.indexOf('"', at);
        const end = quote === -1 ? record.length : quote;
        field += record.slice(at, end);
        at = end + 1;
        if (record[at] !== '"') break;
        field += '"';
        at += 1;
      }
      fields.push(field);
    } else {
      const end = record.indexOf(separator, at);
      fields.push(record.slice(at, end === -1 ? record.length : end));
      at = end === -1 ? record.length : end;
    }
    if (record[at] !== separator) return fields;
    at += 1;
  }
}
