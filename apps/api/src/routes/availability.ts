import type { StatusPage } from '@hearth/contract';
import { sees } from '../accounts/sight.ts';
import type { AddRoute } from '../http/route.ts';
import { RequestError } from '../http/problems.ts';
import type { Parts } from './parts.ts';

const shownAs = {
  up: { message: '', color: 'green' },
  down: { message: 'trouble', color: 'orange' },
  unknown: { message: 'not known', color: 'lightgrey' },
} as const;

/** Availability, objectives and the status page. */
export function addAvailabilityRoutes(
  addRoute: AddRoute,
  { availability, whereabouts }: Pick<Parts, 'availability' | 'whereabouts'>,
): void {
  const { maintenance, sharing } = availability;

  addRoute('availability', ({ person }) => {
    const all = availability.answer();
    if (person.rooms === null) return all;
    // The home's figures are of all rooms.
    const subjects = all.subjects.filter(({ subject }) => {
      if (subject.kind === 'room') return sees(person, subject.id);
      return subject.kind === 'device' && sees(person, whereabouts.ofDevice(subject.id) ?? null);
    });
    return { ...all, subjects, reached: [] };
  });

  addRoute('changeObjectives', ({ body }) => {
    availability.changeObjectives(body);
    return availability.answer();
  });

  addRoute('addMaintenance', ({ body }) => maintenance.add(body));

  addRoute('removeMaintenance', ({ params }) => {
    if (!maintenance.remove(Number(params.id)))
      throw new RequestError('not-found', 'No such time is to come or goes on.');
    return null;
  });

  addRoute('statusLink', () => sharing.link());

  addRoute('shareStatus', ({ body }) => sharing.share(body));

  const pageOf = (token: string): StatusPage => {
    const page = availability.statusPage(token);
    if (!page)
      throw new RequestError('not-found', 'This link leads nowhere, or not any more: ask who gave it.');
    return page;
  };

  addRoute('statusPage', ({ params }) => pageOf(params.token));

  addRoute('statusBadge', async ({ params, reply }) => {
    const { state, share } = pageOf(params.token);
    const { makeBadge } = await import('badge-maker');
    const { message, color } = shownAs[state];
    const percent = share === null ? 'no data yet' : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
    const svg = makeBadge({ label: 'heating', message: message || percent, color });
    // Made to be shown on other sites.
    reply.header('cross-origin-resource-policy', 'cross-origin');
    return reply.type('image/svg+xml').send(svg);
  });
}
