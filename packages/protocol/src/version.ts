/** What both sides of an exchange hold each other to. Without schemas: a device loads it. */

/** 1: the first. */
export const protocolVersion = 1;

/** Largest body of an exchange, bytes; most commands in it. One command may have `commandLimit` (command.ts). */
export const exchangeLimit = 256 * 1024;
export const mostCommands = 100;

/** Largest body of `POST /api/sync/dropbox`, bytes. */
export const dropboxLimit = 4 * 1024 * 1024;
