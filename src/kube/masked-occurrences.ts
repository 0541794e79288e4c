/** Where something stands in a text; `end` is behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const masked = '[redacted]';

/**
 * A text without some others, wherever they stand in it, one in another and one over another too. Those that lie within a
 * span of `kept` stay: there they mean something else.
 */
export function maskedOccurrences(text: string, secrets: readonly string[], kept: readonly Span[]): string {
  const found = secrets.flatMap((secret) => occurrences(text, secret)).toSorted(byPlace);
  const places = kept.toSorted(byPlace);
  let [place, keptTo] = [0, 0];
  let [result, done, hiddenTo] = ['', 0, 0];
  for (const { start, end } of found) {
    // One look at each: a server may send a text that is full of both.
    for (; (places[place]?.start ?? Infinity) <= start; place++)
      keptTo = Math.max(keptTo, places[place]?.end ?? 0);
    if (end <= keptTo) continue;
    if (start >= hiddenTo) result += text.slice(done, start) + masked;
    hiddenTo = Math.max(hiddenTo, end);
    done = hiddenTo;
  }
  return result + text.slice(done);
}

function byPlace(a: Span, b: Span): number {
  return a.start - b.start || b.end - a.end;
}

function occurrences(text: string, secret: string): readonly Span[] {
  const spans: Span[] = [];
  if (secret === '') return spans;
  for (let start = text.indexOf(secret); start >= 0; start = text.indexOf(secret, start + 1))
    spans.push({ start, end: start + secret.length });
  return spans;
}
