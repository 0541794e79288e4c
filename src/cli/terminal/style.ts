import { styleText } from 'node:util';
import type { OutputStream } from './output-stream.ts';

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What a person asked for; absent means that the environment decides. */
export interface StyleChoice {
  readonly color?: 'always' | 'never' | 'auto' | undefined;
  readonly ascii?: boolean | undefined;
  readonly accessible?: boolean | undefined;
}

/** How one stream is written. */
export interface Style {
  /** A person looks at it now. */
  readonly terminal: boolean;
  readonly colour: boolean;
  readonly unicode: boolean;
  /** For screen readers: sentences in place of tables, words in place of symbols, nothing is rewritten. */
  readonly accessible: boolean;
  /** Characters per line; undefined: as many as it takes. */
  readonly width: number | undefined;
  /** Lines of the screen; undefined: as many as it takes. */
  readonly height: number | undefined;
}

/** Foreground colours of the palette that every terminal has; red is for what needs a person now. */
export type Tone = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** Terminals that do not say how wide they are. */
const usualWidth = 80;

export function styleOf(
  stream: Omit<OutputStream, 'write'>,
  choice: StyleChoice,
  env: Env,
  platform: NodeJS.Platform,
): Style {
  return {
    terminal: stream.isTTY,
    colour: usesColour(choice.color, env, stream.isTTY),
    unicode: choice.ascii !== true && speaksUnicode(env, platform),
    accessible: choice.accessible ?? isSet(env['WHEELWRIGHT_ACCESSIBLE']),
    width: stream.isTTY ? (stream.columns ?? usualWidth) : undefined,
    height: stream.isTTY ? stream.rows : undefined,
  };
}

/** The text in a tone; the same text where there are no colours. */
export function paint({ colour }: Pick<Style, 'colour'>, tone: Tone | undefined, text: string): string {
  return colour && tone !== undefined ? styleText(tone, text, { validateStream: false }) : text;
}

/** The flag, then FORCE_COLOR, NO_COLOR (no-color.org), TERM=dumb, and at last whether a terminal is there. */
export function usesColour(choice: StyleChoice['color'], env: Env, isTTY: boolean): boolean {
  if (choice === 'always' || choice === 'never') return choice === 'always';
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return isSet(forced) || forced === '';
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false;
  return isTTY;
}

/** By the locale, as C programs find it: LC_ALL, else LC_CTYPE, else LANG. */
export function speaksUnicode(env: Env, platform: NodeJS.Platform): boolean {
  if (env['TERM'] === 'dumb') return false;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => (value ?? '') !== '');
  if (locale !== undefined) return /utf-?8/i.test(locale);
  // These set no locale for programs that start outside a shell, and write UTF-8 all the same.
  return platform === 'darwin' || (platform === 'win32' && isSet(env['WT_SESSION']));
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}
