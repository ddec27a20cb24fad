import { BrokerAwayError } from '../bridge/in-flight.ts';
import { ControlError } from '../bridge/control.ts';
import { metricsContentType } from '../metrics.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** Figures of the api and of our broker, for Prometheus; a broker that is away leaves its own out. */
export function addMetricsRoutes(
  addRoute: AddRoute,
  { bridge, metrics }: Pick<Parts, 'bridge' | 'metrics'>,
): void {
  addRoute('metrics', async ({ reply }) => {
    const [own, brokers] = await Promise.all([metrics.text(), brokerFigures(bridge)]);
    return reply.type(metricsContentType).send(own + (brokers ?? ''));
  });
}

async function brokerFigures(bridge: Parts['bridge']): Promise<string | null> {
  try {
    return await bridge.control.metrics();
  } catch (error) {
    if (error instanceof BrokerAwayError || error instanceof ControlError) return null;
    throw error;
  }
}
