// Builds what is served, if it changed, and becomes the server: in this very process, so that signals and the exit code are
// the server's own.
import { buildWeb } from './build-web.ts';
import { endWithPnpm } from './end-with-pnpm.ts';
import { root } from './run.ts';

endWithPnpm();
process.chdir(root);
await buildWeb();
await import('../server/src/main.ts');
