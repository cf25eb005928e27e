/** What AWS's JSON protocol calls an exception of the service. */
export class AwsRefusal extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}
