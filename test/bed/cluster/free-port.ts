import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that Linux (from 32768) and macOS (from 49152) give to outgoing connections: while a server is down, a client
 * that keeps trying must not get the server's own port as its source port, or the server cannot come back.
 */
const firstPort = 15_000;
const lastPort = 30_000;
const attempts = 100;

/** A TCP port on 127.0.0.1 that was free a moment ago; somebody else may take it, so whoever listens on it must be ready to try another. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(firstPort, lastPort);
    if (await isFree(port)) return port;
  }
  throw new Error(
    `no free TCP port found on 127.0.0.1 in ${attempts} tries between ${firstPort} and ${lastPort}`,
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
