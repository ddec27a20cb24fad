/** Longest topic that our broker takes. */
const topicMaxLength = 256;
/** Of ours, of the broker, and where discovery itself is: nobody's device speaks or is told anything there. */
const notTheirs = /^(\$|hearth(\/|$)|homeassistant(\/|$))/;

/**
 * Whether a topic that somebody's message names may be heard and written to for them: we have rights that they do
 * not have, and are not to use them on their behalf.
 */
export function isOthersTopic(topic: unknown): topic is string {
  if (typeof topic !== 'string' || topic.length === 0 || topic.length > topicMaxLength) return false;
  return !notTheirs.test(topic) && !/[+#\p{Cc}\p{Cs}]/u.test(topic);
}
