import { stripVTControlCharacters } from 'node:util';
import { maskSecrets } from '../../controller/index.ts';

export interface PluginOutput {
  readonly stderr: string;
  /** Whatever is on it may be a credential. */
  readonly stdout?: Buffer | undefined;
  /** What the plugin was given and must not give away: the values of its variables. */
  readonly given: readonly string[];
}

const masked = '[redacted]';
const longestQuote = 200;
/** Shorter ones are words of a language, such as `true` or a region. */
const shortestSecret = 8;

/**
 * The end of what a plugin said on stderr, on one line, because programs tell the reason last; '' where it said nothing.
 * What it was given, what it printed, and what looks like a credential is replaced, so that it may be shown.
 */
export function lastWords({ stderr, stdout, given }: PluginOutput): string {
  const text = stripVTControlCharacters(stderr)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const printed = new Set(words(stdout?.toString('utf8') ?? ''));
  const known = given
    .filter((value) => value.length >= shortestSecret)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, value) => rest.replaceAll(value.replaceAll(/\s+/g, ' ').trim(), masked), text);
  const unprinted = known.replaceAll(word, (part) => (printed.has(part) ? masked : part));
  return looks
    .reduce((rest, { like, instead }) => rest.replace(like, instead), maskSecrets(unprinted))
    .slice(-longestQuote);
}

/** Without `=`, so that an assignment is two words and padding none. */
const word = /[\w.~+/-]{8,}/g;

function words(text: string): readonly string[] {
  return text.match(word) ?? [];
}

const looks: readonly { readonly like: RegExp; readonly instead: string }[] = [
  // client_secret=… in a form or a query, token='…' on a command line.
  {
    like: /((?:token|secret|passw(?:or)?d|pwd|key|credential|assertion|signature)["']?=["']?)[^\s"'&,;[]+/gi,
    instead: `$1${masked}`,
  },
  // "access_token": "…"
  {
    like: /((?:token|secret|passw(?:or)?d|pwd|key|credential|assertion|signature|data)\\?["']\s?:\s?\\?["'])[^"'\\[]+/gi,
    instead: `$1${masked}`,
  },
  // What nobody would call anything by: long, with capitals and digits. Names in Kubernetes have no capitals.
  { like: /(?<![\w~+-])(?=[\w~+-]*[A-Z])(?=[\w~+-]*\d)[\w~+-]{20,}={0,2}/g, instead: masked },
  { like: /\b[0-9a-f]{32,}\b/gi, instead: masked },
];
