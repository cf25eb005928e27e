/// <reference path="./stacks/sst.d.ts" />
// The same program as under `pulumi up`: `sst deploy --stage prod` reads Pulumi.prod.yaml. See docs/sst.md.
export default $config({
  // What is kept, and what may go, the program itself says of each resource: SST's "retain" would know four types.
  app: () => ({ name: "rung", home: "local", removal: "remove" }),
  async run() {
    const { platform, root } = $cli.paths;
    const { repository, useOwnModules } = await import("./stacks/sstModules.ts");
    useOwnModules({ root, platform });
    // By an address that SST's bundler cannot follow: it would bundle a second copy of everything.
    const { runUnderSst } = await import(repository(root, "stacks/sst.ts"));
    return runUnderSst({ stage: $app.stage, root, Linkable: sst.Linkable });
  },
});
