import { ButtonLink } from '../components/button.tsx';
import { Empty } from '../components/notice.tsx';

/** An address that leads nowhere, or to something that was removed. */
export function NotFoundPage({ what = 'page' }: { what?: string }) {
  return (
    <>
      <title>Not here · Hearth</title>
      <Empty
        title={`There is no such ${what}`}
        action={
          <ButtonLink to="/" look="primary">
            Go home
          </ButtonLink>
        }
      >
        It may have been removed, or the address has a slip in it.
      </Empty>
    </>
  );
}
