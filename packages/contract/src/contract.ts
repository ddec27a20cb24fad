// The contract: what devices, broker, api and dashboard say to each other, stated once.
export * from './asking.ts';
export * from './by-quantity.ts';
export * from './control.ts';
export * from './envelope.ts';
export * from './events.ts';
export * from './http.ts';
export * from './series.ts';
export * from './ids.ts';
export * from './messages.ts';
export * from './pairing.ts';
export * from './parse.ts';
export * from './problems.ts';
export * from './quantities.ts';
export * from './refused.ts';
export type * from './route.ts';
export * from './routes.ts';
export * from './topics.ts';
