/** Applications as their authors would write them; README and docs/client.md show parts of them. */
package dev.sessionstore.examples;
