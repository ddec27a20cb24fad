import type { Alert } from '@hearth/contract';

/** Why somebody is told. */
export type NoticeKind = 'fired' | 'escalated' | 'resolved' | 'test';

/** What is sent: the alert as it was then. */
export type NoticeContent = Pick<
  Alert,
  'kind' | 'subject' | 'name' | 'severity' | 'title' | 'why' | 'toDo' | 'firedAt' | 'resolvedAt'
>;

/** One message to one channel. The same `id` is the same message: a receiver may drop it when it comes twice. */
export interface Notice {
  id: string;
  what: NoticeKind;
  content: NoticeContent;
}

const prefixes: Readonly<Record<NoticeKind, string>> = {
  fired: '',
  escalated: 'Still: ',
  resolved: 'Over: ',
  test: 'Test: ',
};

/** Title and text for people, in plain text. */
export function wordsOf({ what, content: { title, why, toDo } }: Notice): { title: string; text: string } {
  return { title: prefixes[what] + title, text: what === 'resolved' ? `It was: ${why}` : `${why}\n${toDo}` };
}

/** What a test says. */
export function testNotice(now: number): Notice {
  return {
    id: `test-${now}`,
    what: 'test',
    content: {
      kind: 'probe-failing',
      subject: 'test',
      name: 'Hearth',
      severity: 'note',
      title: 'alerts of Hearth arrive here',
      why: 'Somebody asked for a test on the Alerts page.',
      toDo: 'There is nothing to do.',
      firedAt: now,
      resolvedAt: null,
    },
  };
}
