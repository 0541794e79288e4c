/** Owns a supervisor with one running and one frozen program in the directory given, says so, and waits to be killed. */
import { join } from 'node:path';
import { Supervisor } from '../supervisor.ts';

const directory = process.argv[2] ?? '';
const supervisor = await Supervisor.start({ bedDirectory: directory, temporary: true });
const program = {
  name: 'test/program',
  file: process.execPath,
  args: ['-e', 'setInterval(() => 0, 1e6)'],
  cwd: directory,
  env: {},
  logFile: join(directory, 'program.log'),
};
await supervisor.run(program);
await supervisor.signal(await supervisor.run(program), 'SIGSTOP');
process.send?.('running');
