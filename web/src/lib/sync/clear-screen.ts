/** Whoever is here no more leaves nothing on the screen, and nothing there that somebody could tap in his name. */
export async function clearScreen(person: string): Promise<void> {
  const worker: ServiceWorkerContainer | undefined = globalThis.navigator?.serviceWorker;
  try {
    const registration = await worker?.getRegistration();
    const all = (await registration?.getNotifications()) ?? [];
    for (const one of all) {
      if ((one.data as { readonly person?: string } | null)?.person === person) one.close();
    }
  } catch {
    // A browser that does not say what stands there.
  }
}
