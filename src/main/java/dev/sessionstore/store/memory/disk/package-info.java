/**
 * The memory store's files: a journal of changes, snapshots of everything, recovery from both. Knows nothing of the maps
 * that it writes down.
 *
 * <h2>A directory</h2>
 *
 * <pre>
 * lock                                       held by the server; its process id
 * snapshot-00000000000000000041              everything up to change 41
 * journal-00000000000000000041               the changes from 42 on
 * reserve                                    zeros; becomes the next journal when the disk is full
 * snapshot-00000000000000000057.tmp          being written: never read
 * journal-00000000000000000041.torn-at-177   what was cut off after a crash: never read
 * </pre>
 *
 * A start reads the newest snapshot, then the journals from its number on, each of which must begin where the one before
 * ended. A snapshot is taken while changes go on; what is in it and in the journal after it is simply told twice, so
 * each record gives a key's whole new state.
 *
 * <h2>A file, version 1</h2>
 *
 * All numbers are big-endian; checks are CRC-32C. A journal of two records, a session and its deletion:
 *
 * <pre>
 * 53 45 53 53 4a 52 4e 4c   "SESSJRNL"; of a snapshot "SESSSNAP"
 * 00 00 00 01 00 00 00 00   format version 1; unused
 * 73 69 78 .. 6d 73 21      16 random bytes, the file's id
 * 00 00 00 00 00 00 00 29   base: changes up to 41 are in earlier files
 * 00 00 00 00 00 00 00 00   id of the data key; 0: plain
 * 00 00 01 9b 76 da a8 00   made at, in epoch milliseconds
 * 00 00 00 00 78 29 a9 f1   of a snapshot: about how many records it has; check of the 60 bytes before
 *
 * 00 00 00 59               frame: length of its body
 * 00 00 00 00 00 00 00 2a   its number, one more than the last one's: in a journal that of the change
 * 4e ff a6 cf               check of the body
 * 6d 52 b1 24               check of the file's id and of the 16 bytes before
 * 01                        a record: a session stands under its key
 * 01 02 03 .. 0f 10         key
 * 04 73 68 6f 70            namespace: length, ASCII
 * 11 22 33 44 55 66 77 88   incarnation
 * 00 00 00 00 00 00 00 01   version
 * 00 00 01 9b 76 da a8 00   created at
 * 00 00 01 9b 76 da a8 00   last accessed at
 * 7f ff ff ff ff ff ff ff   ends at: never
 * 00 00 07 08 00 01 51 80   idle timeout, absolute timeout: seconds, unsigned; 0: none
 * 01                        1: principal, 2: label, 4: binding, 8: permanent
 * 00 00 00 03 61 6e 6e      principal: length, UTF-8; then the label likewise, then the binding: one byte of length
 * 00 00 00 07 7b .. 7d      attributes: length, and the bytes as they are held
 *
 * 00 00 00 28               frame
 * 00 00 00 00 00 00 00 2b
 * a7 42 0d 92 b3 6f e2 8f
 * 02                        a record: a tombstone stands under its key
 * 01 02 03 .. 0f 10         key
 * 04 73 68 6f 70            namespace
 * 01                        deleted; 2: expired, 3: revoked, 4: rotated
 * 00 00 01 9b 76 da ab e8   gone at
 * 00 00 01 9b 76 df 3f c8   kept until
 * 00                        1: a rotation follows: successor's key, end of grace, order, the session as it was
 * </pre>
 *
 * The other records of a journal: {@code 03} a tombstone and the session that moved on, {@code 04} a key under which
 * nothing stands any more, {@code 05} key, incarnation and version of an evicted session, {@code 06} a count and so many
 * accesses (key, incarnation, time). A snapshot's frames are numbered from 1 and hold many records each, {@code 01} and
 * {@code 02}; its last record is {@code 07}: number of sessions, of tombstones, of the last change that may be in it,
 * and when it was complete.
 *
 * <h2>Encrypted</h2>
 *
 * With a data key each frame's body is AES-256-GCM's output, tag last. The file's key is HKDF-SHA-256 of the data key,
 * with the file's id as salt and {@code session-store journal} or {@code session-store snapshot} as info; the nonce is
 * four zero bytes and the frame's number; the file's header is authenticated with every frame. Checks are of what is
 * stored, so a torn file is told from an altered one without any key.
 *
 * <h2>Torn, or damaged</h2>
 *
 * A crash leaves a file that ends too early, or, on some file systems, whose end reads as zeros from the beginning of a
 * sector on. That is cut off at the end of the last whole frame. Anything else was not left by a crash.
 */
@NullMarked
package dev.sessionstore.store.memory.disk;

import org.jspecify.annotations.NullMarked;
