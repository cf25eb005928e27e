const lostCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/**
 * SQLSTATEs, PostgreSQL 17's appendix A. 08: connection exceptions, and all that PgBouncer says itself (08P01: "server
 * conn crashed", "query_wait_timeout"). 57P01 to 57P03: shutting down, crashed, starting up; 57P05: idle too long.
 * 25006: the primary became a replica. 53300: no connection is free.
 */
const lostStates = /^08|^57P0[1235]$|^25006$|^53300$/;

/** What the driver says without a code. */
const lostMessages = [
  "Connection terminated",
  "timeout exceeded when trying to connect",
  "Client has encountered a connection error",
  "Query read timeout",
];

/** Whether the connection is what failed, or the server as it stops or starts: the statement itself may be fine. */
export function isLost(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return (
    lostStates.test(code) ||
    lostCodes.has(code) ||
    lostMessages.some((message) => error.message.startsWith(message))
  );
}

/** 53100: the database's disk is full. Nothing of the transaction is kept; once there is room, it can be sent again. */
export const hasNoRoom = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "53100";
