import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { Role, Standing } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { peopleKey } from '../../api/people-queries.ts';
import { wordsFor } from '../../api/problem.ts';
import { useRooms } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField } from '../../components/field.tsx';
import { roleWords } from '../../role-words.ts';
import styles from '../../components/content.module.css';

const roles = Object.entries(roleWords) as [Role, (typeof roleWords)[Role]][];

/** Makes a link for somebody: what they may do, and which rooms they see. It is shown once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const rooms = useRooms().data ?? [];
  const [role, setRole] = useState<Role>('viewer');
  const [isLimited, setLimited] = useState(false);
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
    const chosen = new FormData(event.currentTarget).getAll('room') as string[];
    invite.mutate({ role, rooms: isLimited && role !== 'owner' ? chosen : null });
  }
  return (
    <Dialog title="Invite somebody" onClose={onClose}>
      <form className={styles.form} onSubmit={onSubmit}>
        <SelectField
          label="As"
          value={role}
          hint={`A person who ${roleWords[role].may}.`}
          onChange={({ currentTarget: { value } }) => setRole(value as Role)}
        >
          {roles.map(([value, { name }]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        {role !== 'owner' && (
          <label className={styles.check}>
            <input type="checkbox" checked={isLimited} onChange={() => setLimited(!isLimited)} />
            Only some rooms
          </label>
        )}
        {role !== 'owner' && isLimited && (
          <fieldset className={styles.form}>
            <legend className="sr-only">Rooms that they see</legend>
            {rooms.map(({ id, name }) => (
              <label key={id} className={styles.check}>
                <input type="checkbox" name="room" value={id} />
                {name}
              </label>
            ))}
          </fieldset>
        )}
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
