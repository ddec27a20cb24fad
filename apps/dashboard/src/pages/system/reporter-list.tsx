import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Reporter } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { systemKeys, useReporters } from '../../api/system-queries.ts';
import { serverNow } from '../../clock.ts';
import { Age } from '../../components/age.tsx';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { Fold } from '../../components/fold.tsx';
import { AlertIcon, CheckIcon, ClockIcon } from '../../components/icons.tsx';
import { LegTable } from '../../components/leg-table.tsx';
import { span } from '../../format.ts';
import { useFormat } from '../../format-context.ts';
import { echoGroups, reporterWords } from '../../probe-words.ts';
import { ReporterDialog } from './reporter-dialog.tsx';
import styles from './system-page.module.css';

const stateIcons = { none: <ClockIcon />, good: <CheckIcon />, late: <ClockIcon />, red: <AlertIcon /> };

function Entry({ reporter }: { reporter: Reporter }) {
  const client = useQueryClient();
  const format = useFormat();
  const isAway = useLink().state === 'away';
  const remove = useMutation({
    mutationFn: () => call('removeReporter', { params: { id: reporter.id } }),
    onSettled: () => client.invalidateQueries({ queryKey: systemKeys.reporters }),
  });
  const { name, broker, heardAt, last, legs } = reporter;
  const { state, words } = reporterWords(reporter, {
    span: (ms) => span(ms, format.locale),
    moment: (at) => format.moment(at, serverNow()),
  });
  return (
    <li className={content.entry}>
      <div className={styles.row}>
        <strong>
          From the {name} {broker !== null && <span>to {broker}</span>}
        </strong>
        <Button
          look="quiet"
          aria-label={`Remove ${name}`}
          disabled={isAway || remove.isPending}
          onClick={() => remove.mutate()}
        >
          Remove
        </Button>
      </div>
      <p className={content[state]}>
        {stateIcons[state]}
        <span>
          {words}
          {heardAt !== null && (
            <>
              {' '}
              Last report <Age at={heardAt} />.
            </>
          )}
        </span>
      </p>
      {legs.length > 0 && (
        <Fold summary="Leg by leg, this week">
          <LegTable groups={echoGroups} last={last?.legs ?? []} figures={legs} />
        </Fold>
      )}
      {remove.error && (
        <p role="alert" className={content.error}>
          {wordsFor(remove.error)}
        </p>
      )}
    </li>
  );
}

/** How the broker looks from other machines, as they report it. */
export function ReporterList() {
  const isAway = useLink().state === 'away';
  const reporters = useReporters();
  const [isAdding, setAdding] = useState(false);
  return (
    <div className={styles.part}>
      <div className={styles.row}>
        <div className={styles.words}>
          <h3>From elsewhere</h3>
          <p className={content.note}>
            Another machine goes to a broker and back, this one or any, and reports here.
          </p>
        </div>
        <Button disabled={isAway} onClick={() => setAdding(true)}>
          Add a machine
        </Button>
      </div>
      {reporters.data && reporters.data.length > 0 && (
        <ul className={content.entries}>
          {reporters.data.map((reporter) => (
            <Entry key={reporter.id} reporter={reporter} />
          ))}
        </ul>
      )}
      {reporters.error && !reporters.data && (
        <p role="alert" className={content.error}>
          {wordsFor(reporters.error)}
        </p>
      )}
      {isAdding && <ReporterDialog onClose={() => setAdding(false)} />}
    </div>
  );
}
