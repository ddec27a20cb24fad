import type { DeviceDetail, RejectedMessage } from '@hearth/contract';
import { wordsFor } from '../../api/problem.ts';
import { Failed } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Bar } from '../../components/skeletons.tsx';
import { useFormat } from '../../format-context.ts';
import { endingWords, expectedWords, placeWords, rejectionWords } from '../../rejection-words.ts';
import styles from './device-page.module.css';

function Message({ message }: { message: RejectedMessage }) {
  const format = useFormat();
  const place = placeWords(message);
  return (
    <li className={styles.message}>
      <p className={styles.why}>
        <strong>{rejectionWords(message)}</strong>
        <span className={styles.times}>
          {message.count > 1 && `${format.number(message.count)} times, last `}
          <time dateTime={new Date(message.at).toISOString()}>{format.dateTime(message.at)}</time>
        </span>
      </p>
      <dl>
        {place && (
          <div>
            <dt>Where</dt>
            <dd>{message.path ? <code>{place}</code> : place}</dd>
          </div>
        )}
        <div>
          <dt>Expected</dt>
          <dd>{expectedWords(message)}</dd>
        </div>
        {message.got && (
          <div>
            <dt>Came</dt>
            <dd>
              <code>{message.got}</code>
            </dd>
          </div>
        )}
        {message.topic && (
          <div>
            <dt>Topic</dt>
            <dd>
              <code>{message.topic}</code>
            </dd>
          </div>
        )}
        <div>
          <dt>Answer</dt>
          <dd>{endingWords(message)}</dd>
        </div>
      </dl>
    </li>
  );
}

/** Whether more was turned away than is kept for the page. */
function isMore({ device, rejected }: DeviceDetail): boolean {
  return device.counts.rejected > rejected.reduce((sum, { count }) => sum + count, 0);
}

interface Props {
  detail: DeviceDetail | undefined;
  error: Error | null;
  onRetry: () => void;
}

/** The device's last messages and connections that were not taken, each with its reason and its end. */
export function RejectedPanel({ detail, error, onRetry }: Props) {
  const format = useFormat();
  return (
    <Panel title="Messages that were not taken">
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
            Nothing of them was stored.
            {isMore(detail) &&
              ` Of ${format.number(detail.device.counts.rejected)} in all, these are the newest.`}
          </p>
          <ul className={styles.messages}>
            {detail.rejected.map((message) => (
              <Message
                key={`${message.topic} ${message.rule} ${message.path} ${message.consequence} ${message.expected}`}
                message={message}
              />
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
