/**
 * ` (line 3, column 7)` or ` (unexpected '/')`, whichever the parser tells. Nothing else of its message: that quotes the
 * text, which may hold secrets.
 */
export function jsonPlace(error: unknown): string {
  const message = String(error);
  const place = /\(line (\d+) column (\d+)\)/.exec(message);
  if (place !== null) return ` (line ${place[1]}, column ${place[2]})`;
  const token = /Unexpected token '(.)'/u.exec(message);
  return token === null ? '' : ` (unexpected '${token[1]}')`;
}
