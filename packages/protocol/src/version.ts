/** Version of the wire. 1: the frame (commands one by one, the directory as a document). */
export const protocolVersion = 1;
