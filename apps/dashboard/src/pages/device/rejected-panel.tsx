import type { DeviceDetail, RejectedMessage } from '@hearth/contract';
import { wordsFor } from '../../api/problem.ts';
import { Failed } from '../../components/notice.tsx';
import { Bar } from '../../components/skeletons.tsx';
import { useFormat } from '../../format-context.ts';
import { expectedWords, placeWords, rejectionWords } from '../../rejection-words.ts';
import styles from './device-page.module.css';

function Message({ message }: { message: RejectedMessage }) {
  const format = useFormat();
  return (
    <li className={styles.message}>
      <p className={styles.why}>
        <strong>{rejectionWords(message)}</strong>
        <time dateTime={new Date(message.at).toISOString()}>{format.dateTime(message.at)}</time>
      </p>
      <dl>
        <div>
          <dt>Where</dt>
          <dd>{message.path ? <code>{message.path}</code> : placeWords(message)}</dd>
        </div>
        <div>
          <dt>Expected</dt>
          <dd>{expectedWords(message)}</dd>
        </div>
        <div>
          <dt>Came</dt>
          <dd>
            <code>{message.got}</code>
          </dd>
        </div>
        <div>
          <dt>Topic</dt>
          <dd>
            <code>{message.topic}</code>
          </dd>
        </div>
      </dl>
    </li>
  );
}

interface Props {
  detail: DeviceDetail | undefined;
  error: Error | null;
  onRetry: () => void;
}

/** The device's last messages that were acknowledged and not taken, each with its reason. */
export function RejectedPanel({ detail, error, onRetry }: Props) {
  return (
    <section className={styles.panel} aria-labelledby="rejected">
      <h2 id="rejected">Messages that were not taken</h2>
      {error && !detail ? (
        <Failed title="They could not be loaded" onRetry={onRetry}>
          {wordsFor(error)}
        </Failed>
      ) : !detail ? (
        <Bar width="60%" />
      ) : detail.rejected.length === 0 ? (
        <p className={styles.note}>None. Everything it said was understood.</p>
      ) : (
        <>
          <p className={styles.note}>
            They were acknowledged, so that the device goes on; nothing of them was stored.
          </p>
          <ul className={styles.messages}>
            {detail.rejected.map((message) => (
              <Message
                key={`${message.at} ${message.topic} ${message.path} ${message.got}`}
                message={message}
              />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
