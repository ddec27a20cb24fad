import type { LinkState } from './bridge/broker-session.ts';

/** Tells whoever started the api why the broker is not there, in the words of its health. */
export interface BrokerTrouble extends Disposable {
  readonly onTrouble: (tell: (trouble: string | null) => void) => void;
}

/** A person waits for the link meanwhile. */
const lookMs = 100;

/** Says nothing before the first attempt to connect has ended; null when there is a connection. */
export function createBrokerTrouble(state: () => LinkState): BrokerTrouble {
  let timer: NodeJS.Timeout | undefined;
  return {
    onTrouble(tell) {
      let told: string | null | undefined;
      timer = setInterval(() => {
        const { isConnected, problem } = state();
        const present = isConnected ? null : problem;
        if (present === undefined || present === told) return;
        told = present;
        tell(present);
      }, lookMs).unref();
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
