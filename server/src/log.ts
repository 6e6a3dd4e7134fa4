import { pino, stdSerializers } from 'pino';
import pretty from 'pino-pretty';

/**
 * The server's log. ERROR = somebody should look; WARN = soon; INFO = state changed. First the sentence, then what
 * it is about; never a password, a session, or what a person typed.
 */
export type Log = {
  info(message: string, about?: object): void;
  warn(message: string, about?: object): void;
  error(message: string, about?: object): void;
};

/** JSON lines on standard output; on a terminal, lines for people. */
export function openLog(): Log {
  // Without a serialiser an error is logged as {}.
  const options = { serializers: { error: stdSerializers.errWithCause } };
  const logger = process.stdout.isTTY
    ? pino(options, pretty({ sync: true, ignore: 'pid,hostname', errorLikeObjectKeys: ['error'] }))
    : pino({ ...options, base: { pid: process.pid } });
  return {
    info: (message, about = {}) => logger.info(about, message),
    warn: (message, about = {}) => logger.warn(about, message),
    error: (message, about = {}) => logger.error(about, message),
  };
}
