import { useMutation, useQueryClient } from '@tanstack/react-query';
import { availabilityKeys, useStatusLink } from '../../api/availability-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { CopyLine } from '../../components/copy-line.tsx';
import styles from './system-page.module.css';

/** A page for who has its link, without a login: begun, with or without names, and ended here. */
export function StatusSharing() {
  const client = useQueryClient();
  const isAway = useLink().state === 'away';
  const link = useStatusLink();
  const share = useMutation({
    mutationFn: (body: { isShared: boolean; showsNames: boolean }) => call('shareStatus', { body }),
    onSuccess: (data) => client.setQueryData(availabilityKeys.link, data),
  });
  const { isShared = false, showsNames = false, token = null } = link.data ?? {};
  const isBusy = isAway || share.isPending || !link.data;
  const page = token === null ? null : `${location.origin}/status/${token}`;
  return (
    <div className={styles.part}>
      <div className={styles.row}>
        <div className={styles.words}>
          <h3>Status page</h3>
          <p className={content.note}>
            Who has the link sees whether the heating works, without a login: no values, and no names unless
            you choose.
          </p>
        </div>
        <Button disabled={isBusy} onClick={() => share.mutate({ isShared: !isShared, showsNames })}>
          {isShared ? 'Stop sharing' : 'Share a link'}
        </Button>
      </div>
      {page && (
        <>
          <CopyLine label="Link" text={page} isWide />
          <CopyLine label="Badge" text={`${location.origin}/api/status/${token}/badge.svg`} isWide />
          <label className={content.check}>
            <input
              type="checkbox"
              checked={showsNames}
              disabled={isBusy}
              onChange={() => share.mutate({ isShared, showsNames: !showsNames })}
            />
            Show the names of home and rooms
          </label>
        </>
      )}
      {(share.error ?? link.error) && (
        <p className={content.error} role="alert">
          {wordsFor(share.error ?? link.error)}
        </p>
      )}
    </div>
  );
}
