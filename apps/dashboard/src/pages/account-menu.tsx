import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { call } from '../api/client.ts';
import { useMay } from '../api/people-queries.ts';
import { wordsFor } from '../api/problem.ts';
import { forgetSession } from '../api/queries.ts';
import { Button, ButtonLink } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { PersonIcon } from '../components/icons.tsx';
import styles from './account-menu.module.css';

function RemoveDemo({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const remove = useMutation({
    mutationFn: () => call('removeDemo', {}),
    onSuccess: async () => {
      onClose();
      // The page of a room or device may be of the home that is gone.
      if (/^\/(rooms|devices)\//u.test(pathname)) await navigate('/', { replace: true });
      await client.invalidateQueries();
    },
  });
  return (
    <Dialog title="Remove the simulated home?" onClose={onClose}>
      <p>Its rooms, devices and readings go, and do not come back. Your own devices stay as they are.</p>
      {remove.error && <p role="alert">{wordsFor(remove.error)}</p>}
      <Button onClick={onClose}>Keep it</Button>
      <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
        {remove.isPending ? 'Removing…' : 'Remove the simulated home'}
      </Button>
    </Dialog>
  );
}

/** Who is signed in, and what belongs to the person rather than to a page. */
export function AccountMenu({ user, isDemoRunning }: { user: string; isDemoRunning: boolean }) {
  const client = useQueryClient();
  const isOwner = useMay('people');
  const mayRemoveDemo = useMay('removeDemo');
  const [isRemoving, setRemoving] = useState(false);
  const signOut = useMutation({
    mutationFn: () => call('signOut', {}),
    // Whether or not the server heard it, this browser is done with the session.
    onSettled: () => forgetSession(client),
  });
  return (
    <>
      <button type="button" className={styles.button} popoverTarget="account" aria-label="Account">
        <PersonIcon />
      </button>
      <div id="account" popover="auto" className={styles.menu}>
        <p className={styles.who}>
          Signed in as <strong>{user}</strong>
        </p>
        <ButtonLink to="/account" look="quiet">
          Your account
        </ButtonLink>
        {isOwner && (
          <ButtonLink to="/people" look="quiet">
            People
          </ButtonLink>
        )}
        {isDemoRunning && mayRemoveDemo && (
          // Toggling would open it again: the dialog has closed it before the click comes to the popover.
          <Button
            look="quiet"
            popoverTarget="account"
            popoverTargetAction="hide"
            onClick={() => setRemoving(true)}
          >
            Remove the simulated home…
          </Button>
        )}
        <Button look="quiet" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
          Sign out
        </Button>
      </div>
      {isRemoving && <RemoveDemo onClose={() => setRemoving(false)} />}
    </>
  );
}
