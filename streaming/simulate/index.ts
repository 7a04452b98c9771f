/** The door of the simulator: what the command line, tests and benches use. */
export { NO_FAULTS, FAULTS, type Fault, type FaultShares } from './chaos/fault-kind.ts';
export { liveClock } from './market/event-clock.ts';
export { INSTRUMENTS_MAX } from './market/instrument.ts';
export { STREAM_KINDS, type StreamKind } from './messages/message-writer.ts';
export { runSimulation, type MessageSink, type RunOutcome } from './run-simulation.ts';
export { createSimulation, INSTRUMENTS_BY_DEFAULT, type Simulation, type SimulationOptions } from './simulation.ts';
export { type SimulatedMessage, type SimulationSummary, type Truth } from './simulated-message.ts';
export { fileSink, topicSink, truthFile } from './sinks.ts';
