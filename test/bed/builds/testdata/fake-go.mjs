#!/usr/bin/env node
// Stands in for the go command: says which version it is, and "builds" by writing a file per package, counting its builds.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const [command, ...args] = process.argv.slice(2);
if (command === 'env') {
  process.stdout.write(JSON.stringify({ GOVERSION: 'go1.26.0', GOOS: 'plan9', GOARCH: 'arm', GOFLAGS: '' }));
} else {
  appendFileSync(process.env.FAKE_GO_BUILDS, 'one build\n');
  if (process.env.FAKE_GO_FAILURE !== undefined) {
    process.stderr.write(process.env.FAKE_GO_FAILURE);
    process.exit(1);
  }
  // Itself, where it waits for nothing.
  const awaited = process.env.FAKE_GO_WAITS_FOR ?? import.meta.filename;
  while (!existsSync(awaited)) await setTimeout(20);
  const output = args.indexOf('-o') + 1;
  for (const importPath of args.slice(output + 1)) {
    writeFileSync(join(args[output], basename(importPath)), `CGO_ENABLED=${process.env.CGO_ENABLED}`);
  }
}
