/**
 * The page was answered on a screen: its notification goes from this device. Where none is shown, or the browser has none,
 * nothing happens.
 */
export async function hidePage(page: string): Promise<void> {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    for (const notification of (await registration?.getNotifications()) ?? []) {
      const { data } = notification as { readonly data: { readonly page?: unknown } | null };
      if (data?.page === page) notification.close();
    }
  } catch {
    // Some browsers forbid to ask; the server's withdrawal takes it back then.
  }
}
