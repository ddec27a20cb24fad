import type { Deed } from '@hearth/contract';
import { useAudit } from '../../api/people-queries.ts';
import { serverNow } from '../../clock.ts';
import { Button } from '../../components/button.tsx';
import { wordsForDeed } from '../../deed-words.ts';
import { useFormat } from '../../format-context.ts';
import { AnswerPanel } from '../answer-panel.tsx';
import styles from '../../components/content.module.css';

/** By what and from where, as far as it says something. */
function wayOf({ by, token, address }: Deed): string {
  if (by === 'command-line') return 'on the server';
  return token === null ? `from ${address}` : `by the token ${token}, from ${address}`;
}

function DeedEntry({ deed }: { deed: Deed }) {
  const format = useFormat();
  return (
    <li className={styles.entry}>
      <strong>
        {deed.who ?? 'Somebody'} {wordsForDeed(deed)}
        {deed.about !== null && <span>: {deed.about}</span>}
      </strong>
      <p>
        {format.moment(deed.at, serverNow())}, {wayOf(deed)}
      </p>
    </li>
  );
}

/** Who did what, the newest first, and further back on demand. */
export function AuditPanel() {
  const audit = useAudit();
  return (
    <AnswerPanel title="Who did what" answer={audit} failure="What was done could not be looked up">
      {({ pages }) => (
        <>
          <ul className={styles.entries}>
            {pages.flatMap(({ deeds }) => deeds.map((deed) => <DeedEntry key={deed.id} deed={deed} />))}
          </ul>
          {audit.hasNextPage && (
            <div className={styles.actions}>
              <Button disabled={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
                Further back
              </Button>
            </div>
          )}
        </>
      )}
    </AnswerPanel>
  );
}
