/** One picture after the other, beside the page: nobody's typing waits for a camera's 12 megapixels. */

import { draw } from './draw.ts';

addEventListener('message', ({ data }: MessageEvent<Blob>) => {
  void draw(data).then((drawn) => {
    postMessage(drawn, { transfer: drawn.kind === 'made' ? [drawn.bytes] : [] });
  });
});
