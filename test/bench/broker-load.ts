import { measureAbsent, type AbsentJob } from './broker/absent.ts';
import { measureFlow, type FlowJob } from './broker/flow.ts';
import { openIdle, type IdleJob } from './broker/idle.ts';
import { measureRoundTrip, type RoundTripJob } from './broker/round-trip.ts';

/** What the load's process can be told to do. */
export type Job = FlowJob | AbsentJob | RoundTripJob | IdleJob | { kind: 'endIdle' };

/** What came of it, and how much of a core the load itself took meanwhile, 0 to 1. */
export type Outcome = { values: number[]; busy: number } | { failure: string };

let idle: Awaited<ReturnType<typeof openIdle>> | null = null;

async function work(job: Job): Promise<number[]> {
  switch (job.kind) {
    case 'flow':
      return [await measureFlow(job)];
    case 'absent':
      return [await measureAbsent(job)];
    case 'roundTrip':
      return measureRoundTrip(job);
    case 'idle':
      idle = await openIdle(job);
      return [];
    case 'endIdle':
      await idle?.end();
      idle = null;
      return [];
    default:
      throw new Error('there is no such job');
  }
}

/** The load of `pnpm bench broker`, in a process of its own: it gets jobs by its parent's messages. */
process.on('message', (job: Job) => {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const busy = (): number => {
    const { user, system } = process.cpuUsage(cpu);
    return (user + system) / 1000 / (performance.now() - startedAt);
  };
  work(job).then(
    (values) => process.send?.({ values, busy: busy() } satisfies Outcome),
    (error: unknown) => process.send?.({ failure: String(error) } satisfies Outcome),
  );
});
process.on('disconnect', () => process.exit());
