import { afterAlarm, quiet, type Alarm, type AlarmEvent } from './alarm.ts';
import { toneOf } from './tone.ts';

/** An alarm that is heard: alarm.ts says whether, Web Audio does it. For one screen, which calls `end` when it goes. */
export class Ringing {
  #alarm = $state.raw<Alarm>(quiet);
  #context: AudioContext | null = null;
  #source: AudioBufferSourceNode | null = null;

  get kind(): Alarm['kind'] {
    return this.#alarm.kind;
  }

  tell(event: AlarmEvent): void {
    const next = afterAlarm(this.#alarm, event);
    if (next === this.#alarm) return;
    this.#alarm = next;
    if (next.kind === 'ringing' || next.kind === 'blocked') this.#play();
    else this.#stop();
  }

  /** Within a tap: what the browser kept back is heard now. */
  unblock(): void {
    if (this.#alarm.kind === 'blocked') void this.#context?.resume().catch(() => {});
  }

  end(): void {
    this.tell({ kind: 'over' });
    void this.#context?.close().catch(() => {});
    this.#context = null;
  }

  #play(): void {
    if (this.#source !== null) return;
    const context = this.#open();
    // Without Web Audio nothing is heard, and the screen says so.
    if (context === null) return this.tell({ kind: 'blocked' });
    const samples = toneOf(context.sampleRate);
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    this.#source = new AudioBufferSourceNode(context, { buffer, loop: true });
    this.#source.connect(context.destination);
    this.#source.start();
    if (context.state === 'running') return;
    void context.resume().catch(() => {});
    // Nobody has touched this window yet: most browsers play nothing before that. One that does says so.
    if (navigator.userActivation?.hasBeenActive !== true) this.tell({ kind: 'blocked' });
  }

  #stop(): void {
    this.#source?.stop();
    this.#source?.disconnect();
    this.#source = null;
  }

  #open(): AudioContext | null {
    try {
      this.#context ??= this.#made();
    } catch {
      return null;
    }
    return this.#context;
  }

  #made(): AudioContext {
    // An alarm is heard where music is: else an iPhone's ringer switch mutes it. Safari alone has this.
    const { audioSession } = navigator as { audioSession?: { type: string } };
    if (audioSession !== undefined) audioSession.type = 'playback';
    const context = new AudioContext();
    // A call comes in, a headset goes: what stops it is told as what keeps it back.
    context.onstatechange = () =>
      this.tell({ kind: context.state === 'running' ? 'allowed' : 'blocked' });
    return context;
  }
}
