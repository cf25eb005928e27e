/** An image by digest, in a registry or by its id on this machine: `name@sha256:…` or `sha256:…`. */
export const imageByDigest = /^[\w./:-]+@sha256:[0-9a-f]{64}$|^sha256:[0-9a-f]{64}$/;
