/** Of this provider; its plugin is found by it. */
export const coolifyVersion = "0.1.0";
