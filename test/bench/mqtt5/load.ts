import { openLink, type DialectLink } from './link.ts';
import { fillQueue, measureFlow, measureRequests } from './loads.ts';
import type { At, FlowJob, QueueJob, RequestJob } from './loads.ts';

/** Connections that have subscribed to a topic of their own, and are silent until `endIdle`. */
interface IdleJob extends At {
  kind: 'idle';
  connections: number;
}

/** What the load's process can be told to do. */
export type Job = FlowJob | QueueJob | RequestJob | IdleJob | { kind: 'endIdle' };

/** What came of it. */
export type Outcome = { values: number[] } | { failure: string };

const idle: DialectLink[] = [];

async function work(job: Job): Promise<number[]> {
  switch (job.kind) {
    case 'flow':
      return [await measureFlow(job)];
    case 'queue':
      await fillQueue(job);
      return [];
    case 'request':
      return measureRequests(job);
    case 'idle':
      for (let n = 0; n < job.connections; n++) {
        const link = await openLink(job.dialect, job.place, `idle-${n}`);
        idle.push(link);
        await link.subscribe(`bench/idle/${n}`, 1);
      }
      return [];
    default:
      await Promise.all(idle.splice(0).map((link) => link.end()));
      return [];
  }
}

/** The load of `pnpm bench mqtt5`, in a process of its own: it gets jobs by its parent's messages. */
process.on('message', (job: Job) => {
  work(job).then(
    (values) => process.send?.({ values } satisfies Outcome),
    (error: unknown) => process.send?.({ failure: String(error) } satisfies Outcome),
  );
});
process.on('disconnect', () => process.exit());
