import { connect, createServer, type Socket } from "node:net";

/** A wire between two servers that can be cut, and mended. */
export interface Wire {
  readonly port: number;
  cut(): void;
  mend(): void;
  remove(): Promise<void>;
}

export async function startWire(to: number): Promise<Wire> {
  const open = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) {
      near.destroy();
      return;
    }
    const far = connect(to, "127.0.0.1");
    for (const one of [near, far]) {
      open.add(one);
      one
        .on("error", () => {})
        .on("close", () => {
          open.delete(one);
          near.destroy();
          far.destroy();
        });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const cut = () => {
    whole = false;
    for (const one of open) one.destroy();
  };
  return {
    port: address.port,
    cut,
    mend() {
      whole = true;
    },
    async remove() {
      cut();
      await new Promise((closed) => server.close(closed));
    },
  };
}
