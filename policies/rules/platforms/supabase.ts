import { all, isNot, type Rule } from "../../model.ts";

const everywhere = ["0.0.0.0/0", "::/0"];

/** The app logs people in by itself: Supabase's own log-in stays shut. */
const closed = [
  isNot("anonymousEnabled", true),
  isNot("emailEnabled", true),
  isNot("signupDisabled", false),
  isNot("refreshTokenRotation", false),
];

/** Supabase, and Upstash beside it. */
export const supabase: readonly Rule[] = [
  {
    id: "supabase-tls",
    types: ["supabase:index:SslEnforcement"],
    must: "the database takes TLS alone",
    why: "passwords and rows would cross the internet in the clear",
    mend: "leave enforced at true",
    severity: "critical",
    controls: [],
    check: isNot("enforced", false),
    good: [{}, { enforced: true }],
    bad: [{ enforced: false }],
  },
  {
    id: "supabase-network",
    types: ["supabase:index:NetworkRestrictions"],
    must: "the database is not the whole internet's",
    why: "everyone could try its passwords",
    mend: "set rung:egressCidrs to the app's static addresses",
    severity: "medium",
    controls: [],
    check: (see) =>
      see.list("cidrs").some((one) => everywhere.includes(String(one)))
        ? "it is open to everyone"
        : undefined,
    good: [{ cidrs: ["203.0.113.0/24"] }],
    bad: [{ cidrs: ["0.0.0.0/0", "::/0"] }],
  },
  {
    id: "supabase-bucket-private",
    types: ["supabase:index:Bucket"],
    must: "buckets are not public",
    why: "what is in them is everyone's",
    mend: "leave public out",
    severity: "critical",
    controls: [],
    check: isNot("public", true),
    good: [{}, { public: false }],
    bad: [{ public: true }],
  },
  {
    id: "supabase-sign-up",
    types: ["supabase:index:AuthSettings"],
    must: "nobody signs up who was not meant to, and passwords are long",
    why: "a log-in that the app does not use is a way in that nobody watches",
    mend: "leave signupDisabled and refreshTokenRotation at true, others at false, passwordMinLength at 12",
    severity: "medium",
    controls: [],
    check: all(...closed, (see) =>
      see.has("passwordMinLength") && Number(see.at("passwordMinLength")) < 12
        ? `passwordMinLength is ${see.at("passwordMinLength")}`
        : undefined,
    ),
    good: [{}, { passwordMinLength: 12 }],
    bad: [
      { anonymousEnabled: true },
      { passwordMinLength: 6 },
      { signupDisabled: false },
      { emailEnabled: true },
      { refreshTokenRotation: false },
    ],
  },
  {
    id: "upstash-tls",
    types: ["upstash:index/redisDatabase:RedisDatabase"],
    must: "the cache takes TLS alone",
    why: "its password and sessions would cross the internet in the clear",
    mend: "set tls: true",
    severity: "critical",
    controls: [],
    check: isNot("tls", false),
    good: [{ tls: true }, {}],
    bad: [{ tls: false }],
  },
  {
    id: "supabase-bucket-kept",
    types: ["supabase:index:Bucket"],
    must: "a bucket of data is not emptied with its stack",
    why: "a destroy by mistake takes every object",
    mend: "leave emptyOnDelete out",
    severity: "high",
    controls: [],
    check: (see, subject) => (subject.protect ? isNot("emptyOnDelete", true)(see, subject) : undefined),
    good: [{}, { emptyOnDelete: false }],
    bad: [{ emptyOnDelete: true }],
  },
];
