import { useMutation } from '@tanstack/react-query';
import type { Device, QuantityName } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { AskJourney } from '../../components/ask-journey.tsx';
import { Button } from '../../components/button.tsx';
import { AgainIcon } from '../../components/icons.tsx';
import { Failed } from '../../components/notice.tsx';
import { serverNow } from '../../clock.ts';
import { askWords, muteWords } from '../../device-words.ts';
import { useBlocked } from '../blocked.ts';
import styles from './room-page.module.css';

/** A native device answers within the contract's 2 s; others are asked by radio, or over a boiler's bus. */
const deadlineOf = ({ ask }: Device): number => (ask === 'contract' ? 2000 : 10_000);

interface Props {
  device: Device;
  /** What is asked for: a room's temperature, or all that a device measures. */
  quantities: readonly QuantityName[];
}

function useAsk(device: Device, quantities: readonly QuantityName[]) {
  return useMutation({
    mutationFn: async () => {
      const outcome = await call('ask', {
        params: { id: device.id },
        body: { quantities: [...quantities], deadlineMs: deadlineOf(device) },
      });
      const lastAt = quantities.map((quantity) => device.latest[quantity]?.at ?? 0);
      return { outcome, quantities, cameAt: serverNow(), lastAt: Math.max(0, ...lastAt) || null };
    },
  });
}

/** Asks a device for its values now, and shows the answer's journey or why there is none. */
export function AskPanel({ device, quantities }: Props) {
  const blocked = useBlocked(null);
  const ask = useAsk(device, quantities);
  if (device.ask === 'none')
    return (
      <section className={styles.panel} aria-labelledby="ask">
        <h2 id="ask">Ask now</h2>
        <p className={styles.note}>
          {device.name} {muteWords(device)}.
        </p>
      </section>
    );
  return (
    <section className={styles.panel} aria-labelledby="ask">
      <div className={styles.panelHead}>
        <div>
          <h2 id="ask">Is it really so?</h2>
          <p className={styles.note}>
            Asks {device.name} itself, not our memory.{device.ask !== 'contract' && ` ${askWords(device)}`}
          </p>
        </div>
        <Button look="primary" disabled={ask.isPending || blocked !== ''} onClick={() => ask.mutate()}>
          <AgainIcon />
          {ask.isPending ? 'Asking…' : 'Ask now'}
        </Button>
      </div>
      {blocked && <p className={styles.note}>{blocked}</p>}
      {/* Always there, so that what appears in it is read out. */}
      <output className={styles.answer}>
        {ask.isPending && (
          <span className={styles.progress}>
            <span className="sr-only">Asking {device.name}…</span>
          </span>
        )}
        {ask.data && !ask.isPending && <AskJourney {...ask.data} />}
      </output>
      {ask.error && (
        <Failed title="The question was not sent" onRetry={() => ask.mutate()}>
          {wordsFor(ask.error)}
        </Failed>
      )}
    </section>
  );
}
