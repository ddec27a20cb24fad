import { useQuery } from '@tanstack/react-query';
import type { Pairing } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Countdown } from '../../components/countdown.tsx';
import { AlertIcon, CheckIcon, ClockIcon } from '../../components/icons.tsx';
import { FirstWord } from './first-word.tsx';
import styles from './devices-page.module.css';

/** The key of the pairing window in the cache. */
export const pairingKey = ['pairing'] as const;

/** What a device sends, for a shell: to try it without one. */
function pairLine(code: string): string {
  return [
    `curl ${location.origin}/api/pair`,
    `-H 'content-type: application/json'`,
    `-d '{"code":"${code}","model":"Bench"}'`,
  ].join(' \\\n  ');
}

function OpenWindow({ pairing }: { pairing: Pairing }) {
  const { code, expiresAt, triesLeft } = pairing;
  if (code === null || expiresAt === null) return null;
  return (
    <>
      <p>Type this code into the device, or into its app. It works once.</p>
      <output className={styles.code} aria-label="Pairing code">
        {code}
      </output>
      <p className={styles.waiting}>
        <ClockIcon />
        <span>
          Waiting for the device. The code ends in <Countdown untilAt={expiresAt} />
          {triesLeft < 5 && `; it was typed wrong, ${triesLeft} more ${triesLeft === 1 ? 'try' : 'tries'}`}.
        </span>
      </p>
      <CopyLine isWide label="Try it by hand" text={pairLine(code)} />
    </>
  );
}

const endings = {
  expired: 'The code has run out: ten minutes are over.',
  spoiled: 'The code was typed wrong five times and works no more.',
  closed: 'The code works no more: another was made, or Hearth was started anew.',
} as const;

/** The code that a device pairs with; turns green when one has, and says so when none can any more. */
export function PairView({ onAgain, onDone }: { onAgain: () => void; onDone: () => void }) {
  const { data, error } = useQuery({
    queryKey: pairingKey,
    queryFn: ({ signal }) => call('pairing', { signal }),
    refetchInterval: 1000,
  });
  if (!data)
    return (
      <p className={error ? styles.error : undefined} role={error ? 'alert' : undefined}>
        {error ? wordsFor(error) : 'Making a code…'}
      </p>
    );
  if (data.state === 'open') return <OpenWindow pairing={data} />;
  if (data.state === 'used' && data.deviceId !== null)
    return (
      <>
        <output className={styles.heard}>
          <CheckIcon /> Paired: it is called {data.deviceId}.
        </output>
        <FirstWord id={data.deviceId} deviceRole="device" />
        <Button look="primary" onClick={onDone}>
          Done
        </Button>
      </>
    );
  return (
    <>
      <output className={styles.wrong}>
        <AlertIcon /> {endings[data.state === 'used' ? 'closed' : data.state]}
      </output>
      <Button look="primary" onClick={onAgain}>
        Make a new code
      </Button>
    </>
  );
}
