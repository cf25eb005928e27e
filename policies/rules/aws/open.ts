import { isEveryone, statements } from "../../documents.ts";

/** Checks that a policy document lets in nobody who is not named. @param what everyone could do else */
export const openTo = (property: string, what: string) => (see: { json(path: string): unknown }) => {
  const open = statements(see.json(property)).find(
    (one) => one.Effect === "Allow" && isEveryone(one) && !one.Condition,
  );
  return open ? `everyone may ${what}` : undefined;
};
/** A document that lets everyone in, and one that does not: for the rules' examples. */
export const everyone = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "*" }] });
export const nobody = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: { Service: "cloudwatch.amazonaws.com" }, Action: "*" }],
});
