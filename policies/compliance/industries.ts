import { attested, beyond, type CompliancePack, checked } from "./clause.ts";
import {
  backedUp,
  encryptedAtRest,
  encryptedInTransit,
  firewallInFront,
  hardened,
  imagesKnown,
  keptUp,
  leastRights,
  logged,
  logsKept,
  networkShut,
  notDeleted,
  ownKeys,
  placesKept,
  secretsHidden,
  standsThrough,
  storesNotPublic,
  watched,
  whoIsThere,
} from "./subjects.ts";

const source = "the project's checklist for the industry; numbers are the checklist's order";
const app = "it is about what the business and its app do, not about what they run on";

/** Connected vehicles and dealers. */
export const automotive: CompliancePack = {
  name: "automotive",
  title: "Automotive",
  source,
  covers:
    "UN R155 (UNECE WP.29), ISO/SAE 21434, the FTC's rules for dealers, as far as the checklist names them",
  clauses: [
    checked(
      "vehicle 1",
      "a cybersecurity management system (UNECE WP.29)",
      [...networkShut, ...firewallInFront, ...hardened, ...keptUp, ...logged, ...watched],
      "the certificate of the system",
    ),
    checked(
      "vehicle 2",
      "updates over the air are whole",
      [...imagesKnown, "s3-versioning-on", ...encryptedInTransit],
      "how vehicles check signatures",
    ),
    attested("vehicle 3", "vehicle data is anonymous in analytics", "the masking rules: rung db anonymize"),
    attested("vehicle 4", "drivers consent to telematics", "the app's record of consents"),
    attested("vehicle 5", "ISO/SAE 21434", "the organisation's processes"),
    attested("dealer 1", "Red Flags Rule: identity theft is noticed", "the programme"),
    checked(
      "dealer 2",
      "FTC Safeguards Rule: customers' financial data is protected",
      [...encryptedAtRest, ...encryptedInTransit, ...leastRights, ...whoIsThere, ...secretsHidden, ...logged],
      "the written programme, and a second factor for whoever gets at the data",
    ),
    beyond("dealer 3", "states' rules of licences and advertising", app),
    beyond("dealer 4", "OFAC screening of large transactions", app),
  ],
};

export const logistics: CompliancePack = {
  name: "logistics",
  title: "Logistics and supply chain",
  source,
  covers: "C-TPAT, AEO, dangerous goods and customs records, as far as the checklist names them",
  clauses: [
    checked(
      "security 1",
      "C-TPAT: its criteria of cybersecurity",
      [...networkShut, ...leastRights, ...whoIsThere, ...hardened, ...keptUp, ...backedUp],
      "the certification",
    ),
    attested("security 2", "AEO status in the EU", "the certificate"),
    checked(
      "security 3",
      "chain of custody of regulated goods",
      [...logged, ...notDeleted, ...backedUp],
      "the app's own record",
    ),
    beyond("security 4", "handling of dangerous goods (IATA DGR, IMDG)", app),
    beyond("security 5", "temperatures of the cold chain", app),
    beyond("security 6", "countries of origin", app),
    attested("data 1", "EDI: 204, 210, 214, 856", "the gateway"),
    checked(
      "data 2",
      "customs data is kept 5 years (CBP), 7 years (EU)",
      [...notDeleted, ...backedUp],
      "that no job of the app deletes earlier",
    ),
    checked("data 3", "shipments are seen as they move", standsThrough, "the app's own record"),
    beyond("data 4", "sanctions screening (OFAC, EU)", app),
  ],
};

export const insurance: CompliancePack = {
  name: "insurance",
  title: "Insurance",
  source,
  covers: "states' departments of insurance and the NAIC's model law 668, as far as the checklist names them",
  clauses: [
    attested("regulatory 1", "filings with the department of insurance", "the filings"),
    attested("regulatory 2", "NAIC market conduct", "the last examination"),
    beyond("regulatory 3", "rates are filed and approved", app),
    beyond("regulatory 4", "claims are handled in time", app),
    beyond("regulatory 5", "forms are approved", app),
    beyond("regulatory 6", "producers are licensed", app),
    checked(
      "data 1",
      "NAIC Insurance Data Security Model Law",
      [
        ...leastRights,
        ...networkShut,
        ...storesNotPublic,
        ...hardened,
        ...logged,
        ...secretsHidden,
        ...keptUp,
      ],
      "the written programme",
    ),
    checked("data 2", "personal and health data is encrypted", [
      ...encryptedAtRest,
      ...encryptedInTransit,
      ...ownKeys,
    ]),
    checked(
      "data 3",
      "a breach is told to the department within 72 hours",
      logged,
      "the plan, and who calls",
    ),
    attested("data 4", "risks are assessed each year", "the last assessment"),
    attested("data 5", "vendors are assessed", "the assessments"),
    checked("platform 1", "encrypted PostgreSQL over several zones", ["rds-encrypted", ...standsThrough]),
    checked(
      "platform 2",
      "claims are kept seven years",
      [...notDeleted, ...backedUp],
      "that no job of the app deletes earlier",
    ),
  ],
};

export const legal: CompliancePack = {
  name: "legal",
  title: "Legal",
  source,
  covers: "ABA Model Rules, trust accounts and e-discovery, as far as the checklist names them",
  clauses: [
    checked(
      "ethics 1",
      "confidentiality of clients (ABA Model Rule 1.6): all data encrypted",
      [...encryptedAtRest, ...encryptedInTransit, ...ownKeys, ...storesNotPublic, ...networkShut],
      "who of the firm sees what",
    ),
    beyond("ethics 2", "conflicts of interest (Rule 1.7)", app),
    attested("ethics 3", "trust accounts stand apart", "the schema: a database or schema of their own"),
    beyond("ethics 4", "trust accounts are reconciled each month", app),
    checked(
      "ethics 5",
      "clients' files are kept, 5 to 7 years as a rule",
      [...notDeleted, ...backedUp],
      "the firm's schedule",
    ),
    checked(
      "ethics 6",
      "data is disposed of after that",
      ["s3-lifecycle", "logs-kept"],
      "the firm's schedule, and the app's deletion",
    ),
    checked(
      "discovery 1",
      "litigation hold: documents cannot be deleted",
      ["s3-versioning-on", ...notDeleted],
      "Object Lock or a hold in the app; deletion with a second factor is the root user's",
    ),
    checked("discovery 2", "chain of custody of evidence", [...logged, ...logsKept], "the app's own record"),
    beyond("discovery 3", "review of documents and privilege logs", app),
    attested("discovery 4", "export in standard formats", "the export"),
    checked("platform 1", "data is kept where the firm's clients ask", placesKept),
    checked(
      "platform 2",
      "second factor, end of session, audit log",
      [...whoIsThere, ...logged],
      "the log-in of the app",
    ),
  ],
};
