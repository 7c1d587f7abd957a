/** TensorFlow's status codes that this server answers with, as TensorFlow Serving maps them to HTTP, and HTTP's own two. */
const httpStatuses = {
  InvalidArgument: 400,
  Unauthenticated: 401,
  PermissionDenied: 403,
  NotFound: 404,
  /** HTTP's own: the body is larger than the server takes. */
  TooLarge: 413,
  ResourceExhausted: 429,
  Internal: 500,
  Unimplemented: 501,
  Unavailable: 503,
} as const;
export type ServingCode = keyof typeof httpStatuses;

/** Why a request gets no answer; its message goes to the client. */
export class ServingError extends Error {
  constructor(
    readonly code: ServingCode,
    message: string,
  ) {
    super(message);
    this.name = 'ServingError';
  }

  get httpStatus(): number {
    return httpStatuses[this.code];
  }
}

export const invalid = (message: string): ServingError => new ServingError('InvalidArgument', message);
