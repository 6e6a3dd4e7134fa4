// Builds what is served. `start` does this by itself.
import { buildWeb } from './build-web.ts';

console.log((await buildWeb()) ? 'Built web/build.' : 'web/build is as its sources are.');
