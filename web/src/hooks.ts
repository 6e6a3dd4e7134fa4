import type { Reroute } from '@sveltejs/kit/hooks';

/** An address that cannot be decoded is one that no screen has; SvelteKit would stop at it and show nothing. */
export const reroute: Reroute = ({ url }) => {
  try {
    decodeURI(url.pathname);
  } catch {
    return '/nowhere';
  }
};
