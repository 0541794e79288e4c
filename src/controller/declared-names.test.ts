import { glob, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { newsReasons, toldReasons } from './event-reasons.ts';
import { metricTable } from './metric-table.ts';

const sources = new URL('../../src/', import.meta.url).pathname;
const declarations = new Set(['controller/event-reasons.ts', 'controller/metric-table.ts']);
/** Reasons of DistributedScaledJobs, whose controller is yet to come. */
const ofJobs = /^(Job|Member(Soft|Hard)Tainted)/;

async function program(): Promise<string> {
  const files = await Array.fromAsync(glob('**/*.ts', { cwd: sources }));
  const own = files.filter((file) => !file.endsWith('.test.ts') && !declarations.has(file));
  const texts = await Promise.all(own.map((file) => readFile(`${sources}${file}`, 'utf8')));
  return texts.join('\n');
}

test('every metric and every reason of an event that is declared is used', async () => {
  const text = await program();
  const names = [...Object.keys(metricTable), ...Object.keys(newsReasons), ...toldReasons];
  const unused = names.filter((name) => !ofJobs.test(name) && !text.includes(`'${name}'`));
  expect(unused).toEqual([]);
});
