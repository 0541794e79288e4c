/* global gc -- needs --expose-gc */
// Preloaded into an operator: on SIGUSR2 it collects its garbage and tells what it really holds, as a line of its log.
process.on('SIGUSR2', () => {
  gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.stdout.write(
    `${JSON.stringify({ level: 'info', msg: 'garbage collected', heldBytes: heapUsed + external, rss })}\n`,
  );
});
