/**
 * What holds where the sessions live in an engine that several nodes share, proven with the real jar and real engines:
 * when the engine is stopped, killed or out of reach, when a node is killed, and when the clocks of nodes differ.
 */
package dev.sessionstore.cluster;
