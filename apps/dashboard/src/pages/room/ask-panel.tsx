import { useMutation } from '@tanstack/react-query';
import type { Device, QuantityName } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { AskJourney } from '../../components/ask-journey.tsx';
import { Button } from '../../components/button.tsx';
import { AgainIcon } from '../../components/icons.tsx';
import { Failed } from '../../components/notice.tsx';
import type { RoomView } from '../../room-view.ts';
import { useBlocked } from '../blocked.ts';
import styles from './room-page.module.css';

const deadlineMs = 2000;

/** Asks the room's thermometer for its value now, and shows the answer's journey or why there is none. */
export function AskPanel({ device, view }: { device: Device; view: RoomView }) {
  const quantity: QuantityName = view.room.temperatureFrom ? 'temperature' : 'outsideTemperature';
  const blocked = useBlocked(null);
  const ask = useMutation({
    mutationFn: async () => ({
      outcome: await call('ask', {
        params: { id: device.id },
        body: { quantities: [quantity], deadlineMs },
      }),
      lastAt: view.temperature?.latest.at ?? null,
    }),
  });
  if (device.ask === 'none')
    return (
      <section className={styles.panel} aria-labelledby="ask">
        <h2 id="ask">Ask now</h2>
        <p className={styles.note}>{device.name} only sends, by radio. It cannot be asked.</p>
      </section>
    );
  return (
    <section className={styles.panel} aria-labelledby="ask">
      <div className={styles.panelHead}>
        <div>
          <h2 id="ask">Is it really so?</h2>
          <p className={styles.note}>Asks {device.name} itself, not our memory.</p>
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
        {ask.data && !ask.isPending && <AskJourney {...ask.data} quantity={quantity} />}
      </output>
      {ask.error && (
        <Failed title="The question was not sent" onRetry={() => ask.mutate()}>
          {wordsFor(ask.error)}
        </Failed>
      )}
    </section>
  );
}
