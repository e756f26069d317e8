// Runs before the first paint, so that nothing flashes. A file of its own because the page allows no inline script.
try {
  const theme = localStorage.getItem('parley.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

  // The start page is there in several languages: the plain address leads to the one that is wanted.
  if (location.pathname === '/') {
    const pages = new Map();
    for (const link of document.querySelectorAll('link')) if (link.dataset.language) pages.set(link.dataset.language, link.href);
    const wanted = [localStorage.getItem('parley.language') ?? '', ...navigator.languages];
    const found = wanted.map((tag) => pages.get(tag.split('-')[0])).find(Boolean);
    if (found && new URL(found).pathname !== '/') location.replace(found);
  }
} catch {
  // Storage is blocked: the system's theme is used, and the page as it was asked for.
}
