/** How long, how often and how much; a quick run has fewer and shorter rounds. */
export interface Effort {
  rounds: number;
  warmMs: number;
  measureMs: number;
  absentMessages: number;
  roundTrips: number;
  idleConnections: number;
}

export const fullEffort: Effort = {
  rounds: 5,
  warmMs: 500,
  measureMs: 2000,
  absentMessages: 80_000,
  roundTrips: 1000,
  idleConnections: 1000,
};

export const quickEffort: Effort = {
  rounds: 1,
  warmMs: 500,
  measureMs: 800,
  absentMessages: 40_000,
  roundTrips: 500,
  idleConnections: 500,
};
