/** What SST puts beside `sst.config.ts`, as far as it is used; its own types come with `sst install`. */
declare const $config: (config: {
  app(input: { stage?: string }): { name: string; home: "local"; removal: "retain" | "remove" };
  run(): Promise<object>;
}) => unknown;
declare const $app: { readonly name: string; readonly stage: string };
declare const $cli: { readonly paths: { readonly root: string; readonly platform: string } };
declare const sst: {
  readonly Linkable: new (name: string, given: { properties: Record<string, unknown> }) => object;
};
