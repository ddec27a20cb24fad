import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import type { Standing } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { peopleKey } from '../../api/people-queries.ts';
import { wordsFor } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useStanding } from './standing-fields.tsx';
import styles from '../../components/content.module.css';

/** Makes a link for somebody: what they may do, and which rooms they see. It is shown once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const { fields, read } = useStanding({ role: 'viewer', rooms: null });
  const invite = useMutation({
    mutationFn: (body: Standing) => call('invite', { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: peopleKey }),
  });
  if (invite.data)
    return (
      <Dialog title="Their link" onClose={onClose}>
        <p>Send it to them. It holds once, for 48 hours, and is not shown again.</p>
        <CopyLine label="Link" text={`${location.origin}/invitation#${invite.data.token}`} isWide />
        <div className={styles.actions}>
          <Button look="primary" onClick={onClose}>
            I have it
          </Button>
        </div>
      </Dialog>
    );

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    invite.mutate(read(event.currentTarget));
  }
  return (
    <Dialog title="Invite somebody" onClose={onClose}>
      <form className={styles.form} onSubmit={onSubmit}>
        {fields}
        {invite.error && (
          <p role="alert" className={styles.error}>
            {wordsFor(invite.error)}
          </p>
        )}
        <div className={styles.actions}>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" type="submit" disabled={invite.isPending}>
            {invite.isPending ? 'Making the link…' : 'Make a link'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
