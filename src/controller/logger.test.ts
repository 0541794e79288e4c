import { expect, test } from 'vitest';
import { createLogger, type LoggerOptions } from './logger.ts';

function record(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
  return { log, lines };
}

const parsed = (lines: readonly string[]): Record<string, unknown> =>
  JSON.parse(lines[0] ?? '') as Record<string, unknown>;

test('a line has its level in words, an RFC 3339 time and the fields of the logger', () => {
  const { log, lines } = record({ fields: { pod: 'operator-0' } });
  log.child({ controller: 'serving' }).info({ key: 'a/b' }, 'reconciled');
  expect(parsed(lines)).toMatchObject({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
    pod: 'operator-0',
    controller: 'serving',
    key: 'a/b',
    msg: 'reconciled',
  });
});

test('lines below the level are not written', () => {
  const { log, lines } = record({ level: 'warn' });
  log.info('unheard');
  expect(lines).toEqual([]);
});

test.each([
  [{ token: 'hunter2' }],
  [{ credential: { token: 'hunter2' } }],
  [{ request: { headers: { Authorization: 'hunter2' } } }],
  [{ user: { 'client-key-data': 'hunter2' } }],
  [{ secret: { stringData: { password: 'hunter2' } } }],
  [{ plugin: { stdout: 'hunter2' } }],
])('%j is written without its secret', (fields) => {
  const { log, lines } = record();
  log.info(fields, 'connected');
  expect(lines[0]).not.toContain('hunter2');
  expect(lines[0]).toContain('[redacted]');
});

test('a credential inside a message or an error does not get out', () => {
  const { log, lines } = record();
  log.error({ err: new Error('refused: Bearer hunter2hunter2') }, 'at http://me:hunter2@proxy');
  expect(lines[0]).not.toContain('hunter2');
  expect(parsed(lines)).toMatchObject({
    err: { message: 'refused: Bearer [redacted]' },
    msg: 'at http://[redacted]@proxy',
  });
});
