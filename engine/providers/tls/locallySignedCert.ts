import type * as X509 from "@peculiar/x509";
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
import { loadX509 } from "./x509.ts";

interface LocallySignedInputs extends CertificateInputs {
  readonly caCertPem: string;
  readonly caPrivateKeyPem?: string;
  readonly caPrivateKeyPemWo?: string;
  readonly certRequestPem: string;
}

export const locallySignedCert: Generated<LocallySignedInputs> = {
  token: "tls:index/locallySignedCert:LocallySignedCert",
  defaults: () => certificateDefaults,
  inPlace: inPlaceOfCertificates,
  judge: judgeCertificate,
  today: renewal,

  async generate(inputs) {
    const x509 = await loadX509();
    const request = parse(() => new x509.Pkcs10CertificateRequest(inputs.certRequestPem), "certRequestPem");
    const authority = parse(() => new x509.X509Certificate(inputs.caCertPem), "caCertPem");
    if (!(await request.verify())) throw new Error('"certRequestPem" is not signed by its own key');
    const own = await signer(inputs.caPrivateKeyPem ?? inputs.caPrivateKeyPemWo ?? "", "caPrivateKeyPem");
    const identifier = await keyIdentifier(own.keys.publicKey);
    if (identifier !== (await keyIdentifier(await authority.publicKey.export()))) {
      throw new Error('"caPrivateKeyPem" is not the key of "caCertPem"');
    }
    const { id, outputs } = await certify(inputs, {
      subject: request.subjectName.toJSON(),
      publicKey: await request.publicKey.export(),
      names: namesIn(request, x509.SubjectAlternativeNameExtension),
      issuer: { subject: authority.subjectName.toJSON(), signer: own },
      authorityKeyId: authority.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId ?? identifier,
    });
    return { id, outputs: { ...outputs, caKeyAlgorithm: own.algorithm } };
  },
};

function parse<T>(read: () => T, input: string): T {
  try {
    return read();
  } catch {
    throw new Error(`"${input}" is not PEM that can be read`);
  }
}

/** What the request is to be valid for. */
function namesIn(
  request: X509.Pkcs10CertificateRequest,
  kind: typeof X509.SubjectAlternativeNameExtension,
): X509.JsonGeneralNames {
  return request.extensions.find((extension) => extension instanceof kind)?.names.toJSON() ?? [];
}
