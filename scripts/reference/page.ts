/** A page of `docs/reference`. */
export interface Page {
  /** Its file, from `docs/reference`. */
  readonly file: string;
  readonly title: string;
  /** One sentence, for the list of pages. */
  readonly summary: string;
  /** Markdown below the title. */
  readonly body: string;
}

/** The page as a file. */
export function pageText({ title, body }: Pick<Page, 'title' | 'body'>): string {
  return `<!-- Written by npm run reference from the source; changes here are lost. -->\n\n# ${title}\n\n${body}\n`;
}
