/** Where a stage's database is, as its vendor's API names it: enough to change its schema there, and to back it up. */
export type DatabaseAt =
  | {
      readonly vendor: "d1";
      readonly account: string;
      readonly database: string;
      /** The bucket of R2's that the exports go to. */
      readonly exports: string;
    }
  | { readonly vendor: "rds"; readonly region: string; readonly instance: string }
  /** Aurora's cluster; of a global database, that of the region that leads. */
  | { readonly vendor: "aurora"; readonly region: string; readonly cluster: string }
  | {
      readonly vendor: "supabase";
      /** The project's reference. */
      readonly project: string;
    }
  | {
      readonly vendor: "coolify";
      /** The UUID of the database in Coolify. */
      readonly database: string;
      /** The bucket of R2's that its dumps go to. */
      readonly dumps: string;
    };

export type DatabaseVendor = DatabaseAt["vendor"];
