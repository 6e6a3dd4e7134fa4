/** What the words about permission are chosen by; never what works is. */
export type BrowserKind = 'chromium' | 'firefox' | 'safari' | 'ios' | 'other';

/** By what it says of itself. `touchPoints`: an iPad calls itself a Mac, but no Mac is touched. */
export function browserKind(userAgent: string, touchPoints: number): BrowserKind {
  // There every browser is Safari inside.
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'ios';
  if (/Macintosh/.test(userAgent) && touchPoints > 1) return 'ios';
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/Chrom(e|ium)\//.test(userAgent)) return 'chromium';
  return /Version\/\S+ .*Safari\//.test(userAgent) ? 'safari' : 'other';
}
