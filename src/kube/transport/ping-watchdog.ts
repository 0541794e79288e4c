import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

export interface PingOptions {
  /** How often a PING is sent, in milliseconds. */
  readonly pingIntervalMs: number;
  /** How long after a PING the connection may stay silent. */
  readonly pongTimeoutMs: number;
  /** Told of every PONG: whoever is at the other end of the connection is there. */
  readonly onPong?: (() => void) | undefined;
}

/**
 * Finds connections that went silent without a word: a frozen server, a firewall that drops packets. Nothing else does:
 * a watch may be quiet for minutes, and TCP keep-alive is answered by the kernel of a process that is stopped. Any byte
 * counts as life, for a PONG may be queued behind megabytes on a slow line.
 * `onDead` is called once; the returned function stops the watchdog.
 */
export function watchPings(
  session: ClientHttp2Session,
  socket: Socket,
  { pingIntervalMs, pongTimeoutMs, onPong }: PingOptions,
  onDead: () => void,
): () => void {
  let isStopped = false;
  let patience: NodeJS.Timeout | undefined;
  const stop = (): void => {
    isStopped = true;
    clearInterval(interval);
    clearTimeout(patience);
  };
  const listen = (heard: number): void => {
    const due = performance.now() + pongTimeoutMs;
    // Timers run before sockets are read: what came in time is heard before the verdict.
    const judge = (): void => {
      if (isStopped) return;
      patience = undefined;
      if (socket.bytesRead !== heard || session.destroyed) return;
      // A late timer means that this process was stopped or busy: the server had no chance to be heard.
      if (performance.now() - due > pongTimeoutMs / 2) return listen(heard);
      stop();
      onDead();
    };
    patience = setTimeout(() => setImmediate(judge), pongTimeoutMs).unref();
  };
  const ping = (): void => {
    if (session.destroyed || patience !== undefined) return;
    const heard = socket.bytesRead;
    session.ping((error) => {
      if (error === null && !isStopped) onPong?.();
    });
    listen(heard);
  };
  const interval = setInterval(ping, pingIntervalMs).unref();
  return stop;
}
