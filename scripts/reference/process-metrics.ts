export interface ProcessMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

const lag = (name: string, what: string): ProcessMetric => ({
  name: `nodejs_eventloop_lag_${name}seconds`,
  type: 'gauge',
  labels: [],
  help: `${what} since the last scrape; above 0.1 s the process has too much to do.`,
});
const gauge = (name: string, help: string, ...labels: readonly string[]): ProcessMetric => ({
  name,
  type: 'gauge',
  labels,
  help,
});
const counter = (name: string, help: string): ProcessMetric => ({ name, type: 'counter', labels: [], help });

/** What prom-client tells of a process. Those of files and of virtual memory are there on Linux only. */
export const processMetrics: readonly ProcessMetric[] = [
  counter('process_cpu_user_seconds_total', 'CPU time of the program itself.'),
  counter('process_cpu_system_seconds_total', 'CPU time of the kernel for it.'),
  counter('process_cpu_seconds_total', 'Both together.'),
  gauge('process_start_time_seconds', 'When the process began, in seconds since 1970.'),
  gauge(
    'process_resident_memory_bytes',
    'Memory that the process has in RAM; what limits are compared with.',
  ),
  gauge(
    'process_virtual_memory_bytes',
    'Addresses that the process has reserved; most of them cost nothing.',
  ),
  gauge('process_heap_bytes', 'Data segment of the process.'),
  gauge('process_open_fds', 'Open files and sockets.'),
  gauge('process_max_fds', 'The most that it may open.'),
  {
    name: 'nodejs_eventloop_lag_seconds',
    type: 'gauge',
    labels: [],
    help: 'How late the event loop is at the moment of the scrape.',
  },
  lag('min_', 'The shortest delay of the event loop'),
  lag('max_', 'The longest delay of the event loop'),
  lag('mean_', 'The mean delay of the event loop'),
  lag('stddev_', 'The standard deviation of its delays'),
  lag('p50_', 'The median delay of the event loop'),
  lag('p90_', 'The 90th percentile of its delays'),
  lag('p99_', 'The 99th percentile of its delays'),
  gauge('nodejs_active_resources', 'What keeps the process alive: sockets, timers.', 'type'),
  gauge('nodejs_active_resources_total', 'All of these together.'),
  gauge('nodejs_active_handles', 'Handles of libuv.', 'type'),
  gauge('nodejs_active_handles_total', 'All of these together.'),
  gauge('nodejs_active_requests', 'Requests of libuv that are under way.', 'type'),
  gauge('nodejs_active_requests_total', 'All of these together.'),
  gauge('nodejs_heap_size_total_bytes', 'Heap of JavaScript.'),
  gauge('nodejs_heap_size_used_bytes', 'The part of it that is in use.'),
  gauge('nodejs_external_memory_bytes', 'Memory outside of the heap that belongs to objects in it.'),
  gauge('nodejs_heap_space_size_total_bytes', 'Size of one space of the heap.', 'space'),
  gauge('nodejs_heap_space_size_used_bytes', 'The part of it that is in use.', 'space'),
  gauge('nodejs_heap_space_size_available_bytes', 'The part of it that is free.', 'space'),
  gauge('nodejs_version_info', 'Always 1: the version of Node.js.', 'version', 'major', 'minor', 'patch'),
  {
    name: 'nodejs_gc_duration_seconds',
    type: 'histogram',
    labels: ['kind'],
    help: 'Pauses of the garbage collector, by kind: major, minor, incremental or weakcb.',
  },
];
