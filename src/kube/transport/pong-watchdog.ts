import type { Client } from 'undici';

/**
 * Ends an HTTP/2 connection that no longer answers PING. undici sends PINGs and never times them out, so a half-open
 * connection (frozen server, dropped packets) would keep its watches silent for ever.
 * `onDead` is called once; the returned function stops the watchdog.
 */
export function watchPongs(client: Client, limitMs: number, onDead: () => void): () => void {
  let aliveAt = performance.now();
  const alive = (): void => {
    aliveAt = performance.now();
  };
  // undici's typings do not list the event that its HTTP/2 client emits for each acknowledged PING.
  const emitter = client as unknown as NodeJS.EventEmitter;
  emitter.on('connect', alive);
  emitter.on('ping', alive);
  let lastTick = performance.now();
  const every = Math.max(20, limitMs / 4);
  const timer = setInterval(() => {
    const now = performance.now();
    // A tick that comes late means that this process was stopped or busy: the server had no chance to be heard.
    if (now - lastTick > every * 2) alive();
    lastTick = now;
    if (!client.stats.connected || now - aliveAt < limitMs) return;
    stop();
    onDead();
  }, every).unref();
  const stop = (): void => {
    clearInterval(timer);
    emitter.off('connect', alive);
    emitter.off('ping', alive);
  };
  return stop;
}
