// Shows what Hearth pushes, and opens the page of alerts. It keeps no pages and answers no requests.

self.addEventListener('push', (event) => {
  const { title, text, tag } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body: text, tag, renotify: true }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(showAlerts());
});

/** The page where it is open already, or another one. */
async function showAlerts() {
  const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = open.find(({ url }) => new URL(url).pathname === '/alerts');
  return page ? page.focus() : self.clients.openWindow('/alerts');
}
