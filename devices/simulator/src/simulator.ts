// Virtual homes: devices that know only the contract and speak MQTT like real ones.
export type { Clock } from './clock.ts';
export { config, type Config } from './config.ts';
export { demoHome } from './demo-home.ts';
export { startDemo } from './demo.ts';
export type { VirtualDevice } from './device.ts';
export { startFleet, type Fleet, type FleetOptions } from './fleet.ts';
export { startHome, type HomeOptions, type VirtualHome } from './home.ts';
export { readLedger, createLedger, type Ledger, type LedgerEntry } from './ledger.ts';
