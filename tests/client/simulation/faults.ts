/** How likely the network and the server are to do what networks and servers do; all of it between 0 and 1. */
export type Faults = {
  /** A request is lost before it takes effect. */
  requestLost: number;
  /** It takes effect, but its answer is lost. */
  answerLost: number;
  /** It takes effect once more, later. */
  requestTwice: number;
  /** It takes effect only after its sender has given it up. */
  requestLate: number;
  /** The server wants the same again later. */
  limited: number;
  eventLost: number;
  eventTwice: number;
  /** An event is overtaken by others. */
  eventLate: number;
  /** Anything takes seconds on its way. */
  slow: number;
};

export const NO_FAULTS: Faults = {
  requestLost: 0,
  answerLost: 0,
  requestTwice: 0,
  requestLate: 0,
  limited: 0,
  eventLost: 0,
  eventTwice: 0,
  eventLate: 0,
  slow: 0.1
};

export const BAD_NETWORK: Faults = {
  requestLost: 0.08,
  answerLost: 0.08,
  requestTwice: 0.04,
  requestLate: 0.02,
  limited: 0.02,
  eventLost: 0.08,
  eventTwice: 0.08,
  eventLate: 0.1,
  slow: 0.1
};
