import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Standing } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { peopleKey } from '../../api/people-queries.ts';
import { DialogForm } from '../dialog-form.tsx';
import { ShownOnceDialog } from '../../components/shown-once-dialog.tsx';
import { useStanding } from './standing-fields.tsx';

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
      <ShownOnceDialog
        title="Their link"
        label="Link"
        text={`${location.origin}/invitation#${invite.data.token}`}
        onClose={onClose}
      >
        Send it to them. It holds once, for 48 hours, and is not shown again.
      </ShownOnceDialog>
    );
  return (
    <DialogForm
      title="Invite somebody"
      doIt="Make a link"
      doing="Making the link…"
      isPending={invite.isPending}
      error={invite.error}
      onSubmit={(form) => invite.mutate(read(form))}
      onClose={onClose}
    >
      {fields}
    </DialogForm>
  );
}
