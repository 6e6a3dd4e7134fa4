import { tick } from 'svelte';

/** Moves the focus to the first field that is marked wrong, once the page shows it. */
export async function focusFirstWrong(): Promise<void> {
  await tick();
  const wrong = document.querySelector<HTMLElement>('[aria-invalid="true"]');
  // A group of choices takes no focus itself.
  (wrong?.querySelector('input') ?? wrong)?.focus();
}
