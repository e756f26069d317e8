/** Shows on the tab's icon that something waits, and on the app's how much. */
export function showIconBadge(waiting: number): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const name = waiting > 0 ? 'favicon-unread.svg' : 'favicon.svg';
  if (icon && !icon.href.endsWith(name)) icon.href = new URL(name, icon.href).href;
  // Refused where the app is not installed.
  if ('setAppBadge' in navigator) void navigator.setAppBadge(waiting).catch(() => {});
}
