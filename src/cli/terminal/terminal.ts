import type { Clock } from '../../kube/index.ts';
import type { OutputFlags } from './output-options.ts';
import type { OutputStream } from './output-stream.ts';
import { Progress, progressMode, type ProgressState } from './progress.ts';
import { type Env, type Style, styleOf } from './style.ts';

export interface Channel {
  readonly style: Style;
  line(text: string): void;
  /** As it is, without a line end of its own. */
  write(text: string): void;
}

/** The two streams of one command: data on stdout, talk on stderr. */
export interface Terminal {
  readonly out: Channel;
  readonly err: Channel;
  /** Whoever starts it ends it. */
  startProgress(clock: Clock, state: ProgressState): Progress;
}

export interface TerminalHost {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

export function openTerminal(host: TerminalHost, flags: OutputFlags): Terminal {
  const { env, platform, stdout, stderr } = host;
  const err = channel(stderr, styleOf(stderr, flags, env, platform));
  return {
    out: channel(stdout, styleOf(stdout, flags, env, platform)),
    err,
    startProgress: (clock, state) => {
      const mode = progressMode(flags.progress, err.style, env);
      return new Progress({ mode, stream: stderr, style: err.style, clock }, state);
    },
  };
}

function channel(stream: OutputStream, style: Style): Channel {
  return {
    style,
    line: (text) => stream.write(`${text}\n`),
    write: (text) => stream.write(text),
  };
}
