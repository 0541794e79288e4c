/**
 * The field that a line of block-style YAML stands in, by indentation alone: `spec.template.spec.containers[activator]`.
 * Items are named by their `name`, where that comes first. '' at the top.
 */
export function enclosingField(lines: readonly string[], index: number): string {
  let path = '';
  let indent = indentOf(lines[index] ?? '');
  for (let above = index - 1; above >= 0 && indent > 0; above--) {
    const line = lines[above] ?? '';
    const own = indentOf(line);
    if (line.trim() === '' || own >= indent) continue;
    path = step(line.trim(), own, indent) + path;
    indent = own;
  }
  return path.replace(/^\./, '');
}

function step(text: string, own: number, indent: number): string {
  const item = /^- (.*)$/.exec(text)?.[1];
  if (item === undefined) return `.${keyOf(text)}`;
  const name = /^name: (\S+)$/.exec(item)?.[1] ?? '';
  // Deeper than the other keys of the item, a line belongs to the key that stands behind the dash.
  return indent > own + 2 ? `[].${keyOf(item)}` : `[${name}]`;
}

function keyOf(text: string): string {
  return (
    /^(?:'([^']*)'|"([^"]*)"|([^:]*))/
      .exec(text)
      ?.slice(1)
      .find((key) => key !== undefined) ?? ''
  );
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
