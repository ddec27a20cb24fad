import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Token } from '@hearth/contract';
import { tokensKey, useTokens } from '../../api/account-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { serverNow } from '../../clock.ts';
import { Age } from '../../components/age.tsx';
import { Button } from '../../components/button.tsx';
import { useFormat } from '../../format-context.ts';
import { AnswerPanel } from '../answer-panel.tsx';
import { scopeWords } from './scope-words.ts';
import { TokenDialog } from './token-dialog.tsx';
import styles from '../../components/content.module.css';

function Shown({ tokens }: { tokens: readonly Token[] }) {
  const client = useQueryClient();
  const format = useFormat();
  const isAway = useLink().state === 'away';
  const [isMaking, setMaking] = useState(false);
  const remove = useMutation({
    mutationFn: (id: number) => call('removeToken', { params: { id: String(id) } }),
    onSettled: () => client.invalidateQueries({ queryKey: tokensKey }),
  });
  return (
    <>
      <p>A program acts for you by a token: it never may more than you, and never changes an account.</p>
      {tokens.length > 0 && (
        <ul className={styles.entries}>
          {tokens.map(({ id, name, scopes, expiresAt, usedAt }) => (
            <li key={id} className={styles.entry}>
              <strong>
                {name} <span>may {scopes.map((scope) => scopeWords[scope]).join('; ')}</span>
              </strong>
              <p>
                Until {format.moment(expiresAt, serverNow())}.{' '}
                {usedAt === null ? (
                  'Not used yet.'
                ) : (
                  <>
                    Last used <Age at={usedAt} />.
                  </>
                )}
              </p>
              <div className={styles.actions}>
                <Button look="quiet" disabled={isAway || remove.isPending} onClick={() => remove.mutate(id)}>
                  Revoke {name}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {remove.error && (
        <p role="alert" className={styles.error}>
          {wordsFor(remove.error)}
        </p>
      )}
      <div className={styles.actions}>
        <Button disabled={isAway} onClick={() => setMaking(true)}>
          Make a token
        </Button>
      </div>
      {isMaking && <TokenDialog onClose={() => setMaking(false)} />}
    </>
  );
}

/** The tokens of one's programs. */
export function TokensPanel() {
  const tokens = useTokens();
  return (
    <AnswerPanel title="Programs" answer={tokens} failure="The tokens could not be looked up">
      {(data) => <Shown tokens={data} />}
    </AnswerPanel>
  );
}
