import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Backup, BackupsAnswer } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { systemKeys, useBackups } from '../../api/system-queries.ts';
import { backupTitles, backupWords, nextWords, stepWords } from '../../backup-words.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { Fold } from '../../components/fold.tsx';
import { AlertIcon, CheckIcon, ClockIcon } from '../../components/icons.tsx';
import { Progress } from '../../components/progress.tsx';
import { useFormat } from '../../format-context.ts';
import { BackupKeyDialog } from './backup-key-dialog.tsx';
import { AnswerPanel } from '../answer-panel.tsx';
import styles from './system-page.module.css';

const stateIcons = { none: <ClockIcon />, good: <CheckIcon />, red: <AlertIcon /> };

function BackupLine({ backup }: { backup: Backup }) {
  const format = useFormat();
  return (
    <li className={content.entry}>
      <strong className={content[backup.state]}>
        {stateIcons[backup.state]}
        {format.dateTime(backup.at)}
        <span>{backup.state === 'good' ? 'good' : 'not good'}</span>
      </strong>
      <p>{backupWords(backup, format)}</p>
      {backup.problem !== undefined && <p className={content.error}>{backup.problem}</p>}
    </li>
  );
}

function Key({ of }: { of: BackupsAnswer['key'] }) {
  const isAway = useLink().state === 'away';
  const [isOpen, setOpen] = useState(false);
  if (of.recipient === null) return null;
  return (
    <div className={styles.part}>
      <div className={styles.row}>
        <div className={styles.words}>
          <h3>Their key</h3>
          <p className={content.note}>
            {of.isShown
              ? 'It was shown once. Without it a backup opens on this machine only.'
              : 'Backups are encrypted. On another machine they open with this key alone: keep it away from here.'}
          </p>
        </div>
        {!of.isShown && of.isHere && (
          <Button disabled={isAway} onClick={() => setOpen(true)}>
            Show the key
          </Button>
        )}
      </div>
      {isOpen && <BackupKeyDialog onClose={() => setOpen(false)} />}
    </div>
  );
}

function Backups({ answer }: { answer: BackupsAnswer }) {
  const client = useQueryClient();
  const format = useFormat();
  const isAway = useLink().state === 'away';
  const make = useMutation({
    mutationFn: () => call('makeBackup', {}),
    onSuccess: (next) => client.setQueryData(systemKeys.backups, next),
  });
  const { state, running, backups } = answer;
  const step = running && stepWords(running.step);
  return (
    <>
      <div className={content.lead}>
        <p className={content.figure}>
          <span className={content[state]}>{stateIcons[state]}</span> {backupTitles[state]}
        </p>
        <p className={state === 'red' ? styles.bad : content.promise}>{answer.words}</p>
        {state !== 'none' && <p className={content.note}>{nextWords(answer.nextAt, format)}</p>}
      </div>
      {step ? (
        <Progress label={step.words} share={step.share} />
      ) : (
        <div className={content.actions}>
          <Button look="primary" disabled={isAway || make.isPending} onClick={() => make.mutate()}>
            Back up now
          </Button>
        </div>
      )}
      {make.error && (
        <p role="alert" className={content.error}>
          {wordsFor(make.error)}
        </p>
      )}
      {backups.length > 0 && (
        <Fold summary={backups.length === 1 ? 'One backup' : `${backups.length} backups`}>
          <ul className={content.entries}>
            {backups.map((backup) => (
              <BackupLine key={backup.id} backup={backup} />
            ))}
          </ul>
          <p className={content.note}>
            They are in <code>{answer.folder}</code>.
          </p>
        </Fold>
      )}
      <Key of={answer.key} />
    </>
  );
}

/** Whether the last backup is good and why not, one more now, and the key to all of them. */
export function BackupsPanel() {
  const backups = useBackups();
  return (
    <AnswerPanel title="Backups" answer={backups} failure="The backups could not be looked at">
      {(data) => <Backups answer={data} />}
    </AnswerPanel>
  );
}
