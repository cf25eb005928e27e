/** Names under which people keep secrets, whether they are marked or not: a property's, a setting's, a variable's. */
const ofSecret =
  /(pass(word|phrase|wd)?|secret|token|api_?key|access_?key|private_?key|privateKeyPem|credential|auth_?token|client_?secret|signing_?key|user_?data|connection_?string|dsn)s?$/i;
/** Inside a variable's name: `TOKEN_OF_CI`, `AUTH_SECRET_PREVIOUS`. */
const inVariable = /(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)(_|$)/;
/** Names of secrets, and addresses of them, are none. */
const ofName =
  /(arn|id|name|type|version|url|uri|path|enabled|strategy|expir\w*|days|kms\w*|keyRotation)s?$/i;

/** Whether what goes by that name is taken for a secret. */
export const looksSecret = (name: string): boolean =>
  (ofSecret.test(name) || inVariable.test(name)) && !ofName.test(name);
