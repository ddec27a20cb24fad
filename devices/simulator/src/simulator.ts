// Virtual homes: devices that know only the contract and speak MQTT like real ones.
export { appliancesOf } from './appliances.ts';
export type { Clock } from './clock.ts';
export { config, type Config } from './config.ts';
export { demoHome } from './demo-home.ts';
export { startDemo } from './demo.ts';
export type { VirtualDevice } from './device.ts';
export { startFleet, type Fleet, type FleetOptions } from './fleet.ts';
export { advanceHouse, settledHouse } from './house.ts';
export type { HomeOptions } from './home-options.ts';
export { startHome, type VirtualHome } from './home.ts';
export { faultTable } from './fault-table.ts';
export { record } from './recording.ts';
export { planHomes } from './plan.ts';
export { parseSimulation, readSimulation, SimulationFile } from './simulation-file.ts';
export { startSimulation, type Simulation, type Speed, type Summary } from './simulation.ts';
export { openLedgerFile } from './tally.ts';
export { readLedger, createLedger, type Ledger, type LedgerEntry } from './ledger.ts';
