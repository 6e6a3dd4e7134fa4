import type { TestProject } from 'vitest/node';
import { buildWeb } from '../../scripts/build-web.ts';
import { findChromium } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the Chromium to launch. */
    chromium: string;
  }
}

/** What a browser opens is built from the sources as they are, and a browser is there. */
export default async function setUp(project: TestProject): Promise<void> {
  project.provide('chromium', findChromium());
  await buildWeb();
}
