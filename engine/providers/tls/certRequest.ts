import { isIP } from "node:net";
import type { Generated } from "../generated.ts";
import type { Values } from "../provider.ts";
import { sha1 } from "./certificate.ts";
import { signer } from "./keys.ts";
import { type AlternativeNames, alternativeNames, judgeNames, nameOf, type Subject } from "./subject.ts";
import { loadX509 } from "./x509.ts";

interface RequestInputs extends AlternativeNames, Values {
  readonly privateKeyPem?: string;
  readonly privateKeyPemWo?: string;
  readonly subject?: Subject;
}

export const certRequest: Generated<RequestInputs> = {
  token: "tls:index/certRequest:CertRequest",
  defaults: () => ({}),
  judge: (inputs) => judgeNames(inputs, isIP),

  async generate(inputs) {
    const own = await signer(inputs.privateKeyPem ?? inputs.privateKeyPemWo ?? "", "privateKeyPem");
    const x509 = await loadX509();
    const names = alternativeNames(inputs);
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
      name: nameOf(inputs.subject),
      keys: own.keys as CryptoKeyPair, // Node's and the DOM's names of one thing
      signingAlgorithm: own.signing as EcdsaParams, // one of RSA, ECDSA, Ed25519: x509 takes them all
      extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [],
    });
    const certRequestPem = `${request.toString("pem")}\n`;
    return { id: sha1(certRequestPem), outputs: { certRequestPem, keyAlgorithm: own.algorithm } };
  },
};
