import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Invitation, People, Person, VisibleRooms } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { peopleKey, usePeople } from '../../api/people-queries.ts';
import { wordsFor } from '../../api/problem.ts';
import { useRooms } from '../../api/queries.ts';
import { serverNow } from '../../clock.ts';
import { Age } from '../../components/age.tsx';
import { Button } from '../../components/button.tsx';
import { PanelColumn, PanelColumns } from '../../components/panel.tsx';
import { useFormat } from '../../format-context.ts';
import { roleWords } from '../../role-words.ts';
import { AnswerPanel } from '../answer-panel.tsx';
import styles from '../../components/content.module.css';
import { AuditPanel } from './audit-panel.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { ChangeDialog, RemoveDialog } from './person-dialogs.tsx';

function useRoomWords(rooms: VisibleRooms): string {
  const all = useRooms().data;
  if (rooms === null) return 'all rooms';
  if (rooms.length === 0) return 'no room';
  return rooms.map((id) => all?.find((room) => room.id === id)?.name ?? id).join(', ');
}

function Gone({ label, remove }: { label: string; remove: () => Promise<null> }) {
  const client = useQueryClient();
  const isAway = useLink().state === 'away';
  const removal = useMutation({
    mutationFn: remove,
    onSettled: () => client.invalidateQueries({ queryKey: peopleKey }),
  });
  return (
    <>
      <div className={styles.actions}>
        <Button look="quiet" disabled={isAway || removal.isPending} onClick={() => removal.mutate()}>
          {label}
        </Button>
      </div>
      {removal.error && (
        <p role="alert" className={styles.error}>
          {wordsFor(removal.error)}
        </p>
      )}
    </>
  );
}

function PersonEntry({ person }: { person: Person }) {
  const { name, role, rooms, lastSeenAt } = person;
  const isAway = useLink().state === 'away';
  const [open, setOpen] = useState<'change' | 'remove' | null>(null);
  const roomWords = useRoomWords(rooms);
  return (
    <li className={styles.entry}>
      <strong>
        {name}{' '}
        <span>
          {roleWords[role].name} · {roomWords}
        </span>
      </strong>
      <p>
        {lastSeenAt === null ? (
          'Not signed in anywhere.'
        ) : (
          <>
            Last seen <Age at={lastSeenAt} />
          </>
        )}
      </p>
      <div className={styles.actions}>
        <Button look="quiet" disabled={isAway} onClick={() => setOpen('change')}>
          Change {name}
        </Button>
        <Button look="quiet" disabled={isAway} onClick={() => setOpen('remove')}>
          Remove {name}
        </Button>
      </div>
      {open === 'change' && <ChangeDialog person={person} onClose={() => setOpen(null)} />}
      {open === 'remove' && <RemoveDialog person={person} onClose={() => setOpen(null)} />}
    </li>
  );
}

function InvitationEntry({ invitation: { id, role, rooms, madeBy, expiresAt } }: { invitation: Invitation }) {
  const format = useFormat();
  const roomWords = useRoomWords(rooms);
  return (
    <li className={styles.entry}>
      <strong>
        An invitation{' '}
        <span>
          {roleWords[role].name} · {roomWords}
        </span>
      </strong>
      <p>
        By {madeBy}, until {format.moment(expiresAt, serverNow())}
      </p>
      <Gone label="Withdraw it" remove={() => call('withdrawInvitation', { params: { id: String(id) } })} />
    </li>
  );
}

function Shown({ answer: { people, invitations } }: { answer: People }) {
  const isAway = useLink().state === 'away';
  const [isInviting, setInviting] = useState(false);
  return (
    <>
      <ul className={styles.entries}>
        {people.map((person) => (
          <PersonEntry key={person.id} person={person} />
        ))}
        {invitations.map((invitation) => (
          <InvitationEntry key={invitation.id} invitation={invitation} />
        ))}
      </ul>
      <div className={styles.actions}>
        <Button disabled={isAway} onClick={() => setInviting(true)}>
          Invite somebody
        </Button>
      </div>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}

/** Who is in the home and what they may do, and who is invited. */
export function PeoplePage() {
  const people = usePeople();
  return (
    <>
      <title>People · Hearth</title>
      <header className={styles.head}>
        <h1>People</h1>
      </header>
      <PanelColumns>
        <PanelColumn>
          <AnswerPanel title="Who is in the home" answer={people} failure="The people could not be looked up">
            {(data) => <Shown answer={data} />}
          </AnswerPanel>
        </PanelColumn>
        <PanelColumn>
          <AuditPanel />
        </PanelColumn>
      </PanelColumns>
    </>
  );
}
