import { html, type Html, textOf } from './parts/html.ts';
import { link } from './parts/link.ts';
import { fleetStart } from './place.ts';
import type { Page } from './pages/page.ts';

export interface LayoutOptions {
  /** The name of the context. */
  readonly hub: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A whole document. What changes while it is looked at lies in `main`. */
export function layout(page: Page, options: LayoutOptions): string {
  const at = new Date(options.now).toISOString().slice(0, 19);
  return textOf(
    html`<!doctype html>
      <html lang="en">
        ${head(titleOf(page, options))}
        <body>
          <a class="skip" href="#main">Skip to the content</a>
          <header>
            <p class="brand">
              ${link(fleetStart, 'Wheelwright')} <span class="muted">on ${options.hub}, read only</span>
            </p>
            <p id="connection" role="status">As of ${at}Z</p>
            <p id="news" class="unseen" role="status"></p>
          </header>
          ${trail(page)} ${main(page, options.now)}
        </body>
      </html> `,
  );
}

/** The part that changes, as it takes the place of the one before. */
export function layoutMain(page: Page, { now }: Pick<LayoutOptions, 'now'>): string {
  return textOf(main(page, now));
}

export function titleOf({ title }: Pick<Page, 'title'>, { hub }: Pick<LayoutOptions, 'hub'>): string {
  return `${title} – ${hub} – Wheelwright`;
}

/** A document that nothing changes, for what went wrong. */
export function notice(title: string, text: string): string {
  return textOf(
    html`<!doctype html>
      <html lang="en">
        ${head(title)}
        <body>
          <main id="main">
            <h1>${title}</h1>
            <p>${text}</p>
          </main>
        </body>
      </html> `,
  );
}

function main(page: Page, now: number): Html {
  const body = page.body(now);
  return page.isLive === false
    ? html`<main id="main" tabindex="-1" data-still="">${body}</main>`
    : html`<main id="main" tabindex="-1">${body}</main>`;
}

function head(title: string): Html {
  return html`<head>
    <meta charset="utf-8" />
    <title>${title}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/page.css" />
    <script type="module" src="/live.js"></script>
  </head>`;
}

function trail({ above, title }: Page): Html {
  const steps = above.map(({ place, text }) => html`<li>${link(place, text)}</li>`);
  return html`<nav aria-label="Where this is">
    <ol class="trail">
      ${steps}
      <li aria-current="page">${title}</li>
    </ol>
  </nav>`;
}
