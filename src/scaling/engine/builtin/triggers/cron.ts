import { Cron } from 'croner';
import { inMetadata, positiveNumber, readParameters, text } from './parameters.ts';
import { type Trigger, TriggerConfigError, type TriggerSource } from './trigger.ts';

const parameters = {
  timezone: inMetadata(text),
  start: inMetadata(text),
  end: inMetadata(text),
  desiredReplicas: inMetadata(positiveNumber.refine(Number.isInteger, 'must be a whole number')),
};

/** So many replicas between two times of a calendar. Throws TriggerConfigError. */
export function cron(source: TriggerSource, now: () => number): Trigger {
  const { timezone, start, end, desiredReplicas } = readParameters(source, parameters);
  checkZone(source, timezone);
  if (start === end) throw unusable(source, 'end', end, 'must differ from the start');
  const starts = calendar(source, 'start', start, timezone);
  const ends = calendar(source, 'end', end, timezone);
  const name = `cron-${nameOf(timezone)}-${nameOf(start)}-${nameOf(end)}`;
  return {
    specs: () => Promise.resolve([{ name, target: 1 }]),
    read() {
      const isInside = isBetween(starts, ends, now());
      return Promise.resolve({ value: isInside ? desiredReplicas : 0, isActive: isInside });
    },
  };
}

/** Of a calendar; it is worked out while everything else waits. */
const longest = 200;

/** Inside, the end comes before the next start. */
function isBetween(starts: Cron, ends: Cron, now: number): boolean {
  const from = new Date(now);
  const [nextStart, nextEnd] = [starts.nextRun(from), ends.nextRun(from)];
  if (nextEnd === null) return false;
  return nextStart === null || nextEnd <= nextStart;
}

function calendar(source: TriggerSource, field: string, expression: string, timezone: string): Cron {
  if (expression.length > longest || expression.split(/\s+/).length !== 5)
    throw unusable(
      source,
      field,
      expression.slice(0, longest),
      'must have five fields: minute, hour, day, month, weekday',
    );
  try {
    const cron = new Cron(expression, { timezone, paused: true, mode: '5-part' });
    if (cron.nextRun(new Date(0)) !== null) return cron;
  } catch {
    // What it says is about its own ways to write a calendar.
  }
  throw unusable(source, field, expression, 'must be a calendar such as 0 8 * * 1-5, with times that come');
}

function checkZone(source: TriggerSource, timezone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw unusable(source, 'timezone', timezone, 'must be a time zone such as Europe/Berlin');
  }
}

function unusable(
  { place }: TriggerSource,
  field: string,
  value: string,
  remedy: string,
): TriggerConfigError {
  return new TriggerConfigError(`${place}.metadata.${field} is '${value}': it ${remedy}`);
}

/** As KEDA writes calendars in names of metrics. */
function nameOf(part: string): string {
  return part
    .replaceAll(' ', '')
    .replaceAll('*', 'x')
    .replaceAll('/', 'Sl')
    .replaceAll('?', 'Qm')
    .replaceAll(',', 'Cm');
}
