/** A process that serves simulated spokes: its parent sends the options once, gets the port, and ends it by letting go of it. */
import { serveSpokes, type SpokeServerOptions } from './spoke-server.ts';

process.once('message', (options: SpokeServerOptions) => void serve(options));
process.once('disconnect', () => process.exit(0));

async function serve(options: SpokeServerOptions): Promise<void> {
  process.send?.({ port: await serveSpokes(options) });
}
