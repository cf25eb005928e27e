/** The key by which Pulumi marks special values, such as secrets, on the wire and in a state (SDK: runtime/rpc). */
export const specialSignature = "4dabf18193072939515e22adb298388d";

/** What stands under that key where the value is a secret. */
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
