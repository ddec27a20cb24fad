import { config, startBroker } from '@hearth/broker';
import { createLog, readConfig } from '@hearth/part';
import { freeBrokerPorts } from '../../processes.ts';
import { startFront } from './front.ts';

/** What the process says when it is ready. */
export interface Ready {
  /** Port of the broker itself. */
  direct: number;
  /** Port of the front. */
  front: number;
}

/** Our broker as `npm start` runs it, but for its ports, and the front in the same process and event loop. */
const env = { ...process.env, ...freeBrokerPorts };
const broker = await startBroker(readConfig(config, env), createLog('broker', 'silent'));
const direct = Number(new URL(broker.address.mqttUrl).port);
const front = await startFront(direct);
process.send?.({ direct, front: front.port } satisfies Ready);

process.once('disconnect', () => {
  void front[Symbol.asyncDispose]()
    .then(() => broker[Symbol.asyncDispose]())
    .then(() => process.exit());
});
