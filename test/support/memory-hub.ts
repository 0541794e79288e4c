/** A hub in memory and a clock that stands still, for tests of the rooms above `controller`. */
export { FakeClock, settle } from '../../src/controller/testing/fake-clock.ts';
export { MemoryApi } from '../../src/controller/testing/memory-api.ts';
