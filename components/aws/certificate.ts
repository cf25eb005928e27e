import type * as pulumi from "@pulumi/pulumi";
import { type Aws, child, made } from "./here.ts";
import { acm, route53 } from "./sdk.ts";

/**
 * A certificate for a name and its subdomains, proven by DNS; what depends on it waits until it is issued.
 * @returns its ARN
 */
export function certificate(aws: Aws, part: string, domain: string, zoneId: string): pulumi.Output<string> {
  const it = new acm.Certificate(
    part,
    {
      ...made(aws, part),
      domainName: domain,
      subjectAlternativeNames: [`*.${domain}`],
      validationMethod: "DNS",
    },
    child(aws),
  );
  // A name and its wildcard are proven by one and the same record.
  const proof = it.domainValidationOptions.apply(([first]) => {
    if (!first) throw new Error(`${domain}: ACM named no record to prove it with`);
    return first;
  });
  const record = new route53.Record(
    part,
    {
      zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: 300,
      allowOverwrite: true,
    },
    child(aws),
  );
  return new acm.CertificateValidation(
    part,
    { region: aws.region, certificateArn: it.arn, validationRecordFqdns: [record.fqdn] },
    child(aws),
  ).certificateArn;
}
