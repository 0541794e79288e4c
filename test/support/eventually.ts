import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `check` no longer throws and is not false; throws its last complaint after the deadline. */
export async function eventually(
  check: () => unknown,
  what = 'the condition',
  deadlineMs = 10_000,
): Promise<void> {
  const endsAt = performance.now() + deadlineMs;
  for (;;) {
    let complaint: unknown;
    try {
      if ((await check()) !== false) return;
      complaint = new Error(`${what} did not come true within ${deadlineMs} ms`);
    } catch (error) {
      complaint = error;
    }
    if (performance.now() > endsAt) throw complaint;
    await delay(2);
  }
}
