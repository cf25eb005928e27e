import { isIP } from "node:net";
import type { Generated } from "../generated.ts";
import {
  type CertificateInputs,
  certificateDefaults,
  certify,
  inPlaceOfCertificates,
  judgeCertificate,
  renewal,
} from "./certificate.ts";
import { keyIdentifier, signer } from "./keys.ts";
import { type AlternativeNames, alternativeNames, judgeNames, nameOf, type Subject } from "./subject.ts";

interface SelfSignedInputs extends CertificateInputs, AlternativeNames {
  readonly privateKeyPem?: string;
  readonly privateKeyPemWo?: string;
  readonly subject?: Subject;
  readonly setAuthorityKeyId: boolean;
}

export const selfSignedCert: Generated<SelfSignedInputs> = {
  token: "tls:index/selfSignedCert:SelfSignedCert",
  defaults: () => ({ ...certificateDefaults, setAuthorityKeyId: false }),
  inPlace: inPlaceOfCertificates,
  judge: (inputs) => [...judgeCertificate(inputs), ...judgeNames(inputs, isIP)],
  today: renewal,

  async generate(inputs) {
    const own = await signer(inputs.privateKeyPem ?? inputs.privateKeyPemWo ?? "", "privateKeyPem");
    const subject = nameOf(inputs.subject);
    const { id, outputs } = await certify(inputs, {
      subject,
      publicKey: own.keys.publicKey,
      names: alternativeNames(inputs),
      issuer: { subject, signer: own },
      authorityKeyId: inputs.setAuthorityKeyId ? await keyIdentifier(own.keys.publicKey) : undefined,
    });
    return { id, outputs: { ...outputs, keyAlgorithm: own.algorithm } };
  },
};
