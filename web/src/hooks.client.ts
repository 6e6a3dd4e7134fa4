import type { ClientInit } from '@sveltejs/kit/hooks';

/** What stands behind a # and cannot be decoded leads nowhere; SvelteKit would stumble over it. */
export const init: ClientInit = () => {
  try {
    decodeURIComponent(location.hash);
  } catch {
    history.replaceState(history.state, '', location.pathname + location.search);
  }
};
