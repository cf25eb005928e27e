/** Which behaviour of Cloudflare's runtime the Worker is written for; the tests run it with the same. */
export const compatibilityDate = "2026-07-01";
