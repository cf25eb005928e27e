/** Of this provider; its plugin is found by it. */
export const supabaseVersion = "0.1.0";
