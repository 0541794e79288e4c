import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** One person's look at a page, and everything that the browser complained of meanwhile. */
export interface Viewer {
  readonly page: Page;
  /** Errors, warnings, refused contents, and requests that would have left this machine. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function view(browser: Browser, options: BrowserContextOptions = {}): Promise<Viewer> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  await context.route('**/*', async (route) => {
    const { hostname } = new URL(route.request().url());
    if (hostname === '127.0.0.1') return route.continue();
    complaints.push(`request to ${hostname}`);
    return route.abort();
  });
  return { page, complaints, close: () => context.close() };
}

const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core')), 'utf8');

/** What axe finds, one line for each element: rule, element, and why. */
export async function violations(page: Page): Promise<readonly string[]> {
  // In the world of the debugger, which the policy of the page does not bind.
  await page.evaluate(axe);
  const { violations: found } = (await page.evaluate('axe.run()')) as AxeResults;
  return found.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
