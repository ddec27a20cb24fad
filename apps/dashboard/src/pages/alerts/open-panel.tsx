import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Alert, AlertsAnswer } from '@hearth/contract';
import { useAlerts } from '../../api/alert-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { useMay } from '../../api/people-queries.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import { serverNow } from '../../clock.ts';
import { classNames } from '../../class-names.ts';
import { Age } from '../../components/age.tsx';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { Fold } from '../../components/fold.tsx';
import { AlertIcon, CheckIcon, ClockIcon } from '../../components/icons.tsx';
import { duration } from '../../format.ts';
import { useFormat } from '../../format-context.ts';
import { AnswerPanel } from '../answer-panel.tsx';
import own from './alerts-page.module.css';

const dayMs = 86_400_000;

function Subject({ alert: { deviceId, roomId, name } }: { alert: Alert }) {
  const to = deviceId !== null ? `/devices/${deviceId}` : roomId !== null ? `/rooms/${roomId}` : null;
  return to === null ? name : <Link to={to}>{name}</Link>;
}

function OpenAlert({ alert }: { alert: Alert }) {
  const client = useQueryClient();
  const format = useFormat();
  const isAway = useLink().state === 'away';
  const onSettled = () => client.invalidateQueries({ queryKey: keys.alerts });
  const params = { id: String(alert.id) };
  const acknowledge = useMutation({ mutationFn: () => call('acknowledgeAlert', { params }), onSettled });
  const mute = useMutation({
    mutationFn: (until: number | null) => call('muteAlert', { params, body: { until } }),
    onSettled,
  });
  const mayAcknowledge = useMay('acknowledgeAlert');
  const mayMute = useMay('muteAlert');
  const isMuted = alert.mutedUntil !== null && alert.mutedUntil > serverNow();
  const error = acknowledge.error ?? mute.error;
  return (
    <li className={classNames(own.alert, own[alert.severity])}>
      <h3>
        <AlertIcon /> {alert.title}
      </h3>
      <p>
        {alert.why} {alert.toDo}
      </p>
      <p className={content.note}>
        <Subject alert={alert} /> · since {format.moment(alert.since, serverNow())}
        {alert.acknowledgedAt !== null && ` · ${alert.acknowledgedBy ?? 'somebody'} sees to it`}
        {isMuted && ` · not told until ${format.moment(alert.mutedUntil!, serverNow())}`}
      </p>
      <div className={content.actions}>
        {mayAcknowledge && alert.state === 'firing' && (
          <Button disabled={isAway || acknowledge.isPending} onClick={() => acknowledge.mutate()}>
            I see to it
          </Button>
        )}
        {mayMute && (
          <Button
            look="quiet"
            disabled={isAway || mute.isPending}
            onClick={() => mute.mutate(isMuted ? null : Math.round(serverNow()) + dayMs)}
          >
            {isMuted ? 'Tell me again' : 'Mute for a day'}
          </Button>
        )}
      </div>
      {error && (
        <p role="alert" className={content.error}>
          {wordsFor(error)}
        </p>
      )}
    </li>
  );
}

function Past({ alert }: { alert: Alert }) {
  const format = useFormat();
  const ended = alert.resolvedAt ?? serverNow();
  return (
    <li className={content.entry}>
      <strong>{alert.title}</strong>
      <p>{alert.why}</p>
      <p>
        {format.dateTime(alert.firedAt)}, for {duration(ended - alert.firedAt)}
      </p>
    </li>
  );
}

function Shown({ answer: { open, pending, history } }: { answer: AlertsAnswer }) {
  return (
    <>
      <div className={content.lead}>
        <p className={content.figure}>
          <span className={open.length > 0 ? content.red : content.good}>
            {open.length > 0 ? <AlertIcon /> : <CheckIcon />}
          </span>{' '}
          {open.length === 0 ? 'Nothing is wrong' : open.length === 1 ? 'One alert' : `${open.length} alerts`}
        </p>
        {open.length === 0 && (
          <p className={content.promise}>Nobody had to write a rule: what can go wrong is watched for.</p>
        )}
      </div>
      {open.length > 0 && (
        <ul className={own.alerts}>
          {open.map((alert) => (
            <OpenAlert key={alert.id} alert={alert} />
          ))}
        </ul>
      )}
      {pending.length > 0 && (
        <ul className={content.entries}>
          {pending.map(({ kind, name, why, since }) => (
            <li key={`${kind} ${name}`} className={content.entry}>
              <strong className={content.none}>
                <ClockIcon /> {name} <span>is watched</span>
              </strong>
              <p>
                {why} It began <Age at={since} />.
              </p>
            </li>
          ))}
        </ul>
      )}
      {history.length > 0 && (
        <Fold summary={history.length === 1 ? 'One that is over' : `${history.length} that are over`}>
          <ul className={content.entries}>
            {history.map((alert) => (
              <Past key={alert.id} alert={alert} />
            ))}
          </ul>
        </Fold>
      )}
    </>
  );
}

/** What is wrong now, with its why and what to do; then what may become so, and what is over. */
export function OpenPanel() {
  const alerts = useAlerts();
  return (
    <AnswerPanel title="Now" answer={alerts} failure="The alerts could not be looked up">
      {(data) => <Shown answer={data} />}
    </AnswerPanel>
  );
}
