import { topicMaxLength } from '../limits.ts';

// Control characters, those that turn the direction of writing, lone surrogates and U+FFFD (which stands for
// ill-formed UTF-8) spoil logs and hide look-alikes. Other format characters belong to words and emoji, and one of
// them is U+FEFF. [MQTT-1.5.3-1] to [MQTT-1.5.3-3]
const text = /^[^\p{Cc}\p{Bidi_Control}\p{Cs}\p{Noncharacter_Code_Point}\ufffd]+$/u;

/** Whether a PUBLISH may carry this topic: no wildcard, no control character, not longer than needed. */
export function isTopicName(topic: string): boolean {
  return topic.length <= topicMaxLength && text.test(topic) && !/[#+]/.test(topic);
}

/** Whether a SUBSCRIBE may carry this filter: `+` alone in its level, `#` alone in the last. [MQTT-4.7.1-2] */
export function isTopicFilter(filter: string): boolean {
  if (filter.length > topicMaxLength || !text.test(filter)) return false;
  const levels = filter.split('/');
  return levels.every((level, i) =>
    level.includes('#') ? level === '#' && i === levels.length - 1 : level === '+' || !level.includes('+'),
  );
}

/** Whether the filter has a wildcard, so that it can match more than one topic. */
export function hasWildcard(filter: string): boolean {
  return filter.includes('+') || filter.includes('#');
}

/** Whether a topic falls under a filter; a leading wildcard never covers `$…`. [MQTT-4.7.2-1] */
export function filterMatches(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  if (topic.startsWith('$') && /^[#+]/.test(filter)) return false;
  return isWithin(topic.split('/'), filter.split('/'));
}

/** Whether every topic that `inner` can match is one that `outer` matches. */
export function filterCovers(outer: string, inner: string): boolean {
  if (inner.startsWith('$') && /^[#+]/.test(outer)) return false;
  return isWithin(inner.split('/'), outer.split('/'));
}

function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  for (const [i, level] of outer.entries()) {
    if (level === '#') return true;
    const ours = inner[i];
    if (ours === undefined || ours === '#') return false;
    if (level !== '+' && level !== ours) return false;
  }
  return inner.length === outer.length;
}

/** Whether some topic matches both filters. */
export function filtersOverlap(a: string, b: string): boolean {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let i = 0; ; i++) {
    const [l, r] = [left[i], right[i]];
    if (l === '#' || r === '#') return true;
    if (l === undefined || r === undefined) return l === r;
    if (l !== '+' && r !== '+' && l !== r) return false;
  }
}
