/** Of this provider; its plugin is found by it. */
export const d1Version = "0.1.0";
