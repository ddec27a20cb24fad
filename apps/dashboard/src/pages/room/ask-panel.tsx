import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Device, QuantityName } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { monitoringKey } from '../../api/monitoring-queries.ts';
import { wordsFor } from '../../api/problem.ts';
import { AskJourney } from '../../components/ask-journey.tsx';
import { Button } from '../../components/button.tsx';
import { AgainIcon } from '../../components/icons.tsx';
import { Failed } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
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
  const queries = useQueryClient();
  return useMutation({
    onSettled: () => queries.invalidateQueries({ queryKey: monitoringKey(device.id) }),
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
      <Panel title="Ask now">
        <p className={styles.note}>
          {device.name} {muteWords(device)}.
        </p>
      </Panel>
    );
  return (
    <Panel
      title="Is it really so?"
      note={`Asks ${device.name} itself, not our memory.${device.ask === 'contract' ? '' : ` ${askWords(device)}`}`}
      beside={
        <Button look="primary" disabled={ask.isPending || blocked !== ''} onClick={() => ask.mutate()}>
          <AgainIcon />
          {ask.isPending ? 'Asking…' : 'Ask now'}
        </Button>
      }
    >
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
    </Panel>
  );
}
