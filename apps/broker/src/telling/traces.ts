import { traceOf } from '@hearth/contract';
import type { Tracing } from '@hearth/part';
import type { Decisions } from '../gate/hooks.ts';

/** Unix ms, to microseconds. */
const now = (): number => performance.timeOrigin + performance.now();

/** The same decisions, and of each message that is traced how long it took until what its acknowledgement promises was kept. */
export function traced(decisions: Decisions, tracing: Tracing | null): Decisions {
  if (!tracing) return decisions;
  return {
    ...decisions,
    authorizePublish(client, packet, answer) {
      const trace = traceOf(packet.topic, packet.payload as Buffer);
      const from = now();
      decisions.authorizePublish(client, packet, (breach) => {
        answer(breach);
        if (trace === null) return;
        const attributes = { 'hearth.topic': packet.topic, ...(breach && { 'hearth.refused': breach.rule }) };
        tracing.step(trace, { name: 'broker: check and keep', from, to: now(), attributes });
      });
    },
  };
}
