import type { ClientInit } from '@sveltejs/kit/hooks';

export const init: ClientInit = () => {
  // Loaded anew with a sheet open (lib/ui/back.ts): it is closed now, and Back leads past it.
  if ((history.state as { isAbove?: true } | null)?.isAbove) history.back();
  // What stands behind a # and cannot be decoded leads nowhere; SvelteKit would stumble over it.
  try {
    decodeURIComponent(location.hash);
  } catch {
    history.replaceState(history.state, '', location.pathname + location.search);
  }
};
