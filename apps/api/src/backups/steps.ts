import type { backupSteps } from '@hearth/contract';

/** What is done of a backup now. */
export type Step = (typeof backupSteps)[number];
