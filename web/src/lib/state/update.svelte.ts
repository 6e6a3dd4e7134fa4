/** A new version of the app that waits to be let in. It never comes in by itself: somebody may be typing. */
class Update {
  #waiting = $state.raw<ServiceWorker | null>(null);
  #isWanted = false;

  get isReady(): boolean {
    return this.#waiting !== null;
  }

  /** Listens for a new version as long as the page lives, and looks for one when the page is looked at again. */
  async watch(): Promise<void> {
    if (!('serviceWorker' in navigator)) return;
    const registration = await navigator.serviceWorker.ready;
    const see = (): void => {
      // Without a controller it is the first visit: nothing old is replaced.
      this.#waiting = navigator.serviceWorker.controller ? registration.waiting : null;
    };
    see();
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', see);
    });
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      // Another tab let it in: this one keeps its words and gets the new version with its next page.
      if (this.#isWanted) location.reload();
      else see();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') registration.update().catch(() => {});
    });
  }

  /** Lets the new version in and begins anew with it. */
  apply(): void {
    this.#isWanted = true;
    this.#waiting?.postMessage('apply');
  }
}

export const update = new Update();
