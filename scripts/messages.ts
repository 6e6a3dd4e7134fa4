// Before a program that sends pushes without a build of the app: they have words, and these must be code.
import { compileMessages } from './build-web.ts';

await compileMessages();
