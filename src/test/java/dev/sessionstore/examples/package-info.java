/** Applications as their authors would write them; README shows parts of them. */
package dev.sessionstore.examples;
