package dev.sessionstore.crash;

/**
 * An attribute's value that can be told from every other one: who wrote it, the how manieth it was, and padding that
 * follows from both.
 */
record Value(int writer, long number, int padding) {
    /** Stands in each value's padding, to be looked for on disk. */
    static final String MARKER = "readable-by-all-";

    String json() {
        StringBuilder json = new StringBuilder(64 + padding);
        json.append("{\"w\":").append(writer).append(",\"n\":").append(number).append(",\"pad\":\"");
        json.append(MARKER);
        long bits = number * 0x9E3779B97F4A7C15L + writer;
        for (int i = 0; i < padding; i++) {
            bits ^= bits << 13;
            bits ^= bits >>> 7;
            bits ^= bits << 17;
            json.append((char) ('a' + (bits >>> 40) % 26));
        }
        return json.append("\"}").toString();
    }
}
