import { describe, expect, it } from 'vitest';
import { checkReport, exitOfReport, type Finding } from './check-report.ts';
import { renderJunit } from './render-junit.ts';
import { ranges } from './render-report.ts';

describe('codes in a row', () => {
  const order = ['WW1', 'WW2', 'WW3', 'WW5', 'WW6', 'WW9'];
  const style = { unicode: true, accessible: false };

  it.each([
    [['WW1'], 'WW1'],
    [['WW1', 'WW2'], 'WW1, WW2'],
    [['WW1', 'WW2', 'WW3'], 'WW1–WW3'],
    [['WW2', 'WW3', 'WW5', 'WW9'], 'WW2–WW5, WW9'],
    [['WW1', 'WW3', 'WW6'], 'WW1, WW3, WW6'],
    [[], ''],
  ])('%j are %s', (codes, text) => {
    expect(ranges(codes, order, style)).toBe(text);
  });

  it('are a range in ASCII and in words, too', () => {
    expect(ranges(order.slice(0, 3), order, { unicode: false, accessible: false })).toBe('WW1-WW3');
    expect(ranges(order.slice(0, 3), order, { unicode: true, accessible: true })).toBe('WW1 to WW3');
  });
});

const failure: Finding = {
  code: 'WW2007',
  title: 'it "answers" & works',
  result: 'failed',
  level: 'warning',
  problem: '<no> answer\nat "all"',
  fix: 'try & see',
};

function report(...findings: readonly Finding[]) {
  return checkReport([{ scope: 'cluster', subject: 'a<b', about: '', findings }]);
}

describe('JUnit XML', () => {
  it('escapes what others wrote', () => {
    const xml = renderJunit(report(failure), 'warning');
    expect(xml).toContain('<testsuite name="a&lt;b" tests="1" failures="1" errors="0" skipped="0">');
    expect(xml).toContain('name="WW2007 it &quot;answers&quot; &amp; works"');
    expect(xml).toContain(
      '<failure type="warning" message="&lt;no&gt; answer&#10;at &quot;all&quot;">Fix: try &amp; see</failure>',
    );
  });

  it('has warnings as output where they are no failures', () => {
    const xml = renderJunit(report(failure), 'error');
    expect(xml).toContain('failures="0"');
    expect(xml).toContain('<system-out>warning: &lt;no&gt;');
  });
});

describe('what a report comes to', () => {
  const ok: Finding = { code: 'WW2001', title: '', result: 'ok', detail: '' };
  const error: Finding = { ...failure, level: 'error' };
  const skipped: Finding = { code: 'WW2003', title: '', result: 'skipped', needs: 'a', lackedHere: false };
  const lacking: Finding = { ...skipped, lackedHere: true };

  it.each([
    ['nothing', [], 'error', 'done'],
    ['ok', [ok, skipped], 'error', 'done'],
    ['a warning', [ok, failure], 'error', 'done'],
    ['a warning that counts', [ok, failure], 'warning', 'negative'],
    ['an error', [ok, error], 'error', 'negative'],
    ['something this call lacks', [ok, lacking], 'error', 'partial'],
    ['an error beside that', [error, lacking], 'error', 'negative'],
    ['no hub', [{ ...error, code: 'WW1002' }, error], 'error', 'unreachable'],
    ['no kubeconfig', [{ ...error, code: 'WW1001' }], 'error', 'usage'],
  ] as const)('%s is %4$s', (_, findings, failOn, exit) => {
    expect(exitOfReport(report(...findings), failOn)).toBe(exit);
  });
});
