import { describe, expect, it } from 'vitest';
import { countRequests } from './audited-requests.ts';

const at = (second: number): string => `2026-11-21T10:00:${String(second).padStart(2, '0')}.000001Z`;
const period = { userAgent: 'wheelwright/', from: Date.parse(at(10)), to: Date.parse(at(20)) };

function entry(second: number, requestURI = '/api/v1/nodes', userAgent = 'wheelwright/0.1.0') {
  return { requestReceivedTimestamp: at(second), requestURI, userAgent };
}

describe('the requests of one program in an audit log', () => {
  it('are those that it began in the period', () => {
    expect(countRequests([entry(9), entry(10), entry(19), entry(20)], period)).toBe(2);
  });

  it('are its own, not those of others or of nobody', () => {
    const { userAgent: _nobody, ...anonymous } = entry(12);
    expect(countRequests([entry(11), entry(12, '/api/v1/nodes', 'kubectl/v1'), anonymous], period)).toBe(1);
  });

  it('count a watch once, though its begin and its end are both noted', () => {
    const watch = entry(12, '/api/v1/nodes?watch=1');
    expect(countRequests([watch, watch, entry(12)], period)).toBe(2);
  });
});
