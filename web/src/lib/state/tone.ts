/** How long one turn of the tone lasts, s: two short tones, then silence. */
const turn = 2;
/** Two tones that a small loudspeaker plays well: a third apart, calm; Hz, and when each begins, s. */
const tones = [
  { hertz: 784, at: 0 },
  { hertz: 988, at: 0.28 },
] as const;
const length = 0.24;
/** Rise and fall, s: without them each tone begins with a crack. */
const edge = 0.02;
const loudness = 0.7;

/** One turn as samples between -1 and 1, to be played again and again. */
export function toneOf(sampleRate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(turn * sampleRate));
  for (const { hertz, at } of tones) {
    const first = Math.round(at * sampleRate);
    for (let n = 0; n < length * sampleRate; n++) {
      const t = n / sampleRate;
      const shape = Math.min(1, t / edge, (length - t) / edge);
      // The octave above lets it through the noise of a machine room.
      const wave =
        0.8 * Math.sin(2 * Math.PI * hertz * t) + 0.2 * Math.sin(4 * Math.PI * hertz * t);
      samples[first + n] = loudness * Math.max(0, shape) * wave;
    }
  }
  return samples;
}
