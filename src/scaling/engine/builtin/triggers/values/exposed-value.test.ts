import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exposedValue } from './exposed-value.ts';
import { ValueError } from './read-value.ts';

const body = [
  '# HELP jobs How many there are.',
  '# TYPE jobs gauge',
  'jobs_total 9',
  'jobs{state="done"} 1',
  'jobs { state = "open" , queue="a,b" } 7 1700000000000',
  String.raw`jobs{state="a\"}b",queue="c",} 8`,
  '  plain   3.5e1\r',
  'broken{state="open" 5',
  'broken 5 6 7',
  'words many',
].join('\n');

describe('a metric in the text that Prometheus scrapes', () => {
  it.each([
    ['jobs_total', 9],
    ['jobs', 1],
    ['jobs{state="open"}', 7],
    ['jobs{queue="a,b"}', 7],
    [String.raw`jobs{state="a\"}b"}`, 8],
    [' plain ', 35],
  ])('%s is %d', (location, value) => {
    expect(exposedValue(body, location)).toBe(value);
  });

  it.each([
    ['other', "there is no metric 'other'"],
    ['broken', "there is no metric 'broken'"],
    ['jobs{state="gone"}', 'there is no metric'],
    ['words', 'is no finite number'],
    ['jobs{state=open}', 'is no metric such as'],
    ['7up', 'is no metric such as'],
    ['jobs 7', 'is no metric such as'],
  ])('%s is refused', (location, message) => {
    expect(() => exposedValue(body, location)).toThrow(ValueError);
    expect(() => exposedValue(body, location)).toThrow(message);
  });

  it('skips lines that are longer than anybody writes them', () => {
    const long = `jobs{a="${'x'.repeat(20_000)}"} 1`;
    expect(exposedValue(`${long}\njobs 2`, 'jobs')).toBe(2);
  });

  it('reads what others write, and only that', () => {
    const name = fc.stringMatching(/^[A-Za-z_]\w{0,5}$/);
    const anyLabels = fc.dictionary(name, fc.stringMatching(/^[^"\\\n]{0,5}$/), {
      maxKeys: 3,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(name, anyLabels, fc.integer(), (metric, labels, value) => {
        const inner = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
        const series = `${metric}{${inner.join(',')}}`;
        expect(exposedValue(`${metric}_ 1\n${series} ${value}\n`, series)).toBe(value);
      }),
    );
  });
});
