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
  const found = secrets
    .flatMap((secret) => occurrences(text, secret))
    .filter((one) => !kept.some(({ start, end }) => start <= one.start && one.end <= end))
    .toSorted((a, b) => a.start - b.start || b.end - a.end);
  let [result, done, hiddenTo] = ['', 0, 0];
  for (const { start, end } of found) {
    if (start >= hiddenTo) result += text.slice(done, start) + masked;
    hiddenTo = Math.max(hiddenTo, end);
    done = hiddenTo;
  }
  return result + text.slice(done);
}

function occurrences(text: string, secret: string): readonly Span[] {
  const spans: Span[] = [];
  if (secret === '') return spans;
  for (let start = text.indexOf(secret); start >= 0; start = text.indexOf(secret, start + 1))
    spans.push({ start, end: start + secret.length });
  return spans;
}
