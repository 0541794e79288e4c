/** As many as a message can hold, and as many typing errors as people make. */
const mostAlike = 3;
const mostEdits = 2;

/** Up to three of the names that differ from one by at most two letters, the nearest first. */
export function namesAlike(name: string, names: Iterable<string>): readonly string[] {
  if (name === '') return [];
  return [...new Set(names)]
    .map((other) => ({ other, edits: distance(name, other) }))
    .filter(({ edits }) => edits <= mostEdits)
    .sort((a, b) => a.edits - b.edits || (a.other < b.other ? -1 : 1))
    .slice(0, mostAlike)
    .map(({ other }) => other);
}

/** Levenshtein's distance; no more than one above the limit where it is above. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > mostEdits) return mostEdits + 1;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
