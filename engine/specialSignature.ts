/** The key by which Pulumi marks special values, such as secrets, on the wire and in a state (SDK: runtime/rpc). */
export const specialSignature = "4dabf18193072939515e22adb298388d";
