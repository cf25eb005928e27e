import { Http, Refused } from "../../components/providers/kit/http.ts";
import { cannotAsk } from "./aws.ts";

/** The few calls of a vendor's JSON API by which a living stack's things are looked at, listed and removed. */
export class JsonApi {
  readonly #vendor: string;
  readonly #http: Http;

  /** @param headers where the vendor takes no bearer token */
  constructor(
    vendor: string,
    baseUrl: string,
    token: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.#vendor = vendor;
    this.#http = new Http({ baseUrl, token, headers, attempts: 4 });
  }

  /** @throws DiagnosticsError where it cannot be asked: what cannot be listed does not count as gone */
  async get(path: string): Promise<unknown> {
    try {
      return (await this.#http.send({ method: "GET", path, idempotent: true })).body;
    } catch (error) {
      throw cannotAsk(this.#vendor, error);
    }
  }

  /** @returns why it is still there, where the vendor refuses; what is gone already is gone */
  async delete(path: string): Promise<"gone" | { readonly stays: string }> {
    try {
      await this.#http.send({ method: "DELETE", path, idempotent: true });
      return "gone";
    } catch (error) {
      if (error instanceof Refused) return error.status === 404 ? "gone" : { stays: error.message };
      throw cannotAsk(this.#vendor, error);
    }
  }

  close(): void {
    this.#http.close();
  }
}
