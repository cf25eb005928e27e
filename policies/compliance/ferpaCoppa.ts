import { attested, type CompliancePack, checked } from "./clause.ts";
import {
  encryptedAtRest,
  encryptedInTransit,
  leastRights,
  logged,
  networkShut,
  secretsHidden,
  storesNotPublic,
} from "./subjects.ts";

/** 16 CFR 312 as amended in 2025: a written security programme, and a written retention policy. */
export const ferpaCoppa: CompliancePack = {
  name: "ferpa-coppa",
  title: "FERPA and COPPA",
  source: "34 CFR part 99; 16 CFR part 312",
  covers: "what schools and their vendors owe to students' records, and sites to children under 13",
  clauses: [
    attested("34 CFR 99.7", "parents and students are told of their rights each year", "the notice"),
    attested("34 CFR 99.10", "records can be inspected", "how a request is answered"),
    attested("34 CFR 99.20", "records can be amended", "how a request is answered"),
    attested("34 CFR 99.30", "consent before records are disclosed", "the consents"),
    checked(
      "34 CFR 99.31(a)(1)(ii)",
      "only who has a legitimate educational interest gets at records",
      [...leastRights, ...networkShut, ...storesNotPublic, ...secretsHidden],
      "rights inside the app",
    ),
    attested("34 CFR 99.32", "each disclosure is recorded", "the app's record of who saw what"),
    attested("34 CFR 99.33", "who receives records does not pass them on", "the agreements with vendors"),
    attested(
      "34 CFR 99.37",
      "directory information, and how to opt out",
      "the notice, and the app's setting",
    ),
    attested(
      "16 CFR 312.3",
      "no personal information of children without notice and consent",
      "the app's registration",
    ),
    attested("16 CFR 312.4", "notice", "the notice on the site, and to parents"),
    attested("16 CFR 312.5", "parental consent", "how it is verified"),
    attested("16 CFR 312.6", "parents may review and delete", "how a request is answered"),
    attested("16 CFR 312.7", "no more is asked than needed", "what the app asks of children"),
    checked(
      "16 CFR 312.8",
      "confidentiality, security and integrity",
      [...encryptedAtRest, ...encryptedInTransit, ...networkShut, ...storesNotPublic, ...logged],
      "the written security programme",
    ),
    checked(
      "16 CFR 312.10",
      "data is kept no longer than needed, and deleted",
      ["s3-lifecycle", "logs-kept"],
      "the written retention policy",
    ),
  ],
};
