import { Navigate, useLocation } from 'react-router';
import { useSession, useSetupState } from '../api/queries.ts';
import { wordsFor } from '../api/problem.ts';
import { Failed } from '../components/notice.tsx';
import { LoadingWord } from '../components/skeletons.tsx';
import { Shell } from './shell.tsx';
import styles from './shell.module.css';

/** Lets in whoever has a session; others go to sign in, or to set up a Hearth that has no owner. */
export function Gate() {
  const location = useLocation();
  const session = useSession();
  const isOut = session.data === null;
  const setup = useSetupState(isOut);
  const error = session.error ?? (isOut ? setup.error : null);

  if (session.data) return <Shell user={session.data.user.name} />;
  if (error)
    return (
      <main className={styles.alone}>
        <Failed
          isPage
          title="The dashboard could not start"
          onRetry={() => void session.refetch().then(() => setup.refetch())}
        >
          {wordsFor(error)} Is the machine that runs Hearth on, and this device in the same network?
        </Failed>
      </main>
    );
  if (isOut && setup.data)
    return (
      <Navigate
        to={setup.data.isNeeded ? { pathname: '/setup', hash: location.hash } : '/sign-in'}
        state={{ back: location.pathname }}
        replace
      />
    );
  return <LoadingWord heading="Hearth" />;
}
