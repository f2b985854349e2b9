/**
 * What the disk promises, proven from outside: the real jar, over HTTP and files alone, with a process that is killed,
 * a power that is cut and a disk that is full.
 */
package dev.sessionstore.crash;
