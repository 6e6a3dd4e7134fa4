// Runs before the first paint, so that a chosen theme never flashes the other one. A file, not an inline script, because
// the page's content security policy allows our own files only. The names are those of lib/state/device.svelte.ts.
try {
  const theme = localStorage.getItem('rung.theme');
  if (theme === 'night' || theme === 'day') {
    document.documentElement.dataset.theme = theme;
    // Until the styles are there, the browser paints its own ground in this scheme.
    document.querySelector('meta[name="color-scheme"]').content =
      theme === 'night' ? 'dark' : 'light';
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      meta.content = theme === 'night' ? '#0a0e10' : '#f3f5f3';
    }
  }
} catch {
  // Storage is blocked: the system's theme it is.
}
