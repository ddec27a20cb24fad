import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import type { MadeReporter } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { systemKeys } from '../../api/system-queries.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { CopyLine } from '../../components/copy-line.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { DownloadIcon } from '../../components/icons.tsx';
import { probeSettings } from '../../probe-words.ts';
import styles from './system-page.module.css';

const program = 'hearth-probe.mjs';
/** Under such a name only this machine finds Hearth. */
const isLoopback = /^(localhost|127\.|\[::1\])/.test(location.hostname);

/** What is to be done on the other machine: two files, and a command. */
function Made({ made, onClose }: { made: MadeReporter; onClose: () => void }) {
  const file = `${made.id}.json`;
  const settings = probeSettings(made, location.origin);
  const more = made.broker ? '' : ' mqtt://BROKER --user NAME';
  return (
    <Dialog title={`For the ${made.name}`} onClose={onClose}>
      <p className={styles.warn}>Its settings have a token that is shown only now. Save them first.</p>
      <div className={content.actions}>
        <a
          href={`data:application/json,${encodeURIComponent(settings)}`}
          download={file}
          className={styles.download}
        >
          <DownloadIcon /> Its settings
        </a>
        <a href={`/${program}`} download={program} className={styles.download}>
          <DownloadIcon /> The program
        </a>
      </div>
      <p>Put both on that machine, which needs Node 20 or newer and nothing else. There:</p>
      <CopyLine label="Command" text={`node ${program} --from ${file} --every 30${more}`} isWide />
      {!made.broker && (
        <p className={content.note}>
          This broker lets in by hand: give it a name there, and its password in HEARTH_PROBE_PASSWORD.
        </p>
      )}
      {isLoopback && (
        <p className={content.note}>
          You have opened Hearth as {location.host}, under which no other machine finds it: put its address in
          your network into the settings, for broker and report.
        </p>
      )}
      <div className={content.actions}>
        <Button look="primary" onClick={onClose}>
          I have both
        </Button>
      </div>
    </Dialog>
  );
}

/** One more machine that probes; its token is shown once. */
export function ReporterDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: (name: string) => call('addReporter', { body: { name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: systemKeys.reporters }),
  });
  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get('name');
    if (typeof name === 'string') add.mutate(name.trim());
  }
  if (add.data) return <Made made={add.data} onClose={onClose} />;
  return (
    <Dialog title="Add a machine" onClose={onClose}>
      <form className={content.form} onSubmit={onSubmit}>
        <Field
          label="Which one"
          name="name"
          placeholder="garage computer"
          hint="Any machine with Node that reaches the broker and Hearth."
          required
          maxLength={60}
          autoComplete="off"
          error={add.error ? wordsFor(add.error) : ''}
        />
        <div className={content.actions}>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" type="submit" disabled={add.isPending}>
            {add.isPending ? 'Adding…' : 'Add'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
