/** A line of a watch is too long or no JSON; the watch must be restarted. Never holds the line, which may be a Secret. */
export class BrokenWatchLine extends Error {
  override readonly name = 'BrokenWatchLine';
}

/**
 * Splits a watch body into JSON documents. Lines are found in the bytes, so that a character split over two chunks is
 * never decoded in halves and a line of many chunks is joined once. A last line without newline is not complete: the
 * stream broke off, and its content is never handed over.
 */
export function watchLines(
  onDocument: (document: unknown) => void,
  longestLineBytes = 16 << 20,
): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const tail = chunk.subarray(start, end);
      const line = parts.length === 0 ? tail : Buffer.concat([...parts, tail]);
      parts = [];
      size = 0;
      start = end + 1;
      if (line.length > 0) onDocument(parse(line));
    }
    if (start < chunk.length) {
      parts.push(chunk.subarray(start));
      size += chunk.length - start;
      if (size > longestLineBytes)
        throw new BrokenWatchLine(`a watch event is longer than ${longestLineBytes} bytes`);
    }
  };
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    throw new BrokenWatchLine('a watch event is not JSON');
  }
}
