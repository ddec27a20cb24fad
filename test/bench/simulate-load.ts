import type { FleetJob, FleetOutcome, PhysicsJob, PhysicsOutcome } from './simulate/load.ts';
import { runPhysics } from './simulate/physics.ts';
import { runPlain } from './simulate/plain.ts';
import { runSimulated } from './simulate/simulated.ts';

// The process of one job of `pnpm bench simulate`.
process.once('message', (job: FleetJob | PhysicsJob) => {
  void run(job)
    .catch((error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }))
    .then((outcome) => process.send!(outcome, () => process.exit(0)));
});

async function run(job: FleetJob | PhysicsJob): Promise<FleetOutcome | PhysicsOutcome> {
  if (job.kind === 'physics') return runPhysics(job);
  return job.kind === 'plain' ? runPlain(job) : runSimulated(job);
}
